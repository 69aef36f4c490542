"""The dispatcher: turns stored events into tasks by the trigger rules, each event wholly or not at all."""

import asyncio
import logging
from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.event import Event
from forgecrew.core.role import Role
from forgecrew.kernel.carry_out import carry_out
from forgecrew.kernel.decisions import Known
from forgecrew.kernel.rounds import again_and_again
from forgecrew.kernel.trigger import decide
from forgecrew.store.database import Database
from forgecrew.store.queries import dispatching, events, task_lists

log = logging.getLogger(__name__)


class Dispatcher:
    """Runs in serve; several may run at once. `arrived` wakes it early, else it looks every `pause_seconds`."""

    def __init__(self, database: Database, crew: Sequence[Role], arrived: asyncio.Event, *, pause_seconds: float = 0.5) -> None:
        self._database, self._crew, self._arrived, self._pause = database, crew, arrived, pause_seconds

    async def run(self, stopping: asyncio.Event) -> None:
        """Dispatch until stopping is set; a database that does not answer is tried again."""
        await again_and_again(self._look, self._pause, stopping, self._arrived, so="the database does not answer, events wait")

    async def _look(self) -> bool:
        return await self.dispatch() > 0

    async def dispatch(self) -> int:
        """Dispatch what is there, oldest first; gives how many events it looked at."""
        async with self._database.read() as connection:
            waiting = await dispatching.undispatched(connection)
        if not waiting:
            return 0
        try:
            await self._together(waiting)
        except Exception as error:  # whatever is wrong with one event must not block the others: find out which it is
            if _outage(error):
                raise
            for one in waiting:
                await self._alone(one)
        return len(waiting)

    async def _together(self, waiting: Sequence[tuple[str, Event]]) -> None:
        """Events in one transaction: all of them are dispatched or none is."""
        await self._database.write_at_once(lambda connection: self._all(connection, waiting))

    async def _all(self, connection: AsyncConnection, waiting: Sequence[tuple[str, Event]]) -> None:
        mine = await dispatching.set_dispatched(connection, [event_id for event_id, _ in waiting])
        for event_id, event in waiting:
            if event_id in mine:
                await self._one(connection, event_id, event)

    async def _alone(self, one: tuple[str, Event]) -> None:
        try:
            await self._together([one])
        except Exception as error:  # as above; the reason is kept beside the event
            if _outage(error):
                raise
            log.exception("event %s (%s) is left aside", one[0], one[1].kind)
            async with self._database.write() as connection:
                await dispatching.set_problem(connection, one[0], f"{type(error).__name__}: {error}")

    async def _one(self, connection: AsyncConnection, event_id: str, event: Event) -> None:
        known = [Known(task, head_sha) for task, head_sha in await task_lists.concerning(connection, event.subject)]
        decisions = decide(event, self._crew, known)
        comment_id = events.comment_of(event)
        if decisions and comment_id and await dispatching.has_comment(connection, event_id, event, comment_id):
            return
        await carry_out(connection, event_id, event, decisions)


def _outage(error: Exception) -> bool:
    """Whether the database is at fault rather than the event."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or isinstance(error, OperationalError | OSError)
