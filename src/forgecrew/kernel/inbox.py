"""The inbox: events are stored once, many in one transaction, before anybody does anything about them."""

import asyncio

from sqlalchemy.exc import SQLAlchemyError

from forgecrew.core.event import Event
from forgecrew.store.database import Database
from forgecrew.store.queries import events

BATCH_MAX = 200


class Inbox:
    """Stores events; `arrived` (for the dispatcher) and `also_arrived` (for memory) are set whenever a new one is there.

    `accepted` counts the events that came, new or not, so that others see how busy it is.
    """

    def __init__(self, database: Database) -> None:
        self.arrived = asyncio.Event()
        self.also_arrived = asyncio.Event()
        self.accepted = 0
        self._database = database
        self._waiting: list[tuple[Event, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def accept(self, event: Event) -> bool:
        """Store an event durably; False when an equal one was there. Calls that come at the same time share a transaction."""
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.accepted += 1
        self._waiting.append((event, stored))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="inbox")
        return await stored

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH_MAX], self._waiting[BATCH_MAX:]
            try:
                await self._store(batch)
            except (SQLAlchemyError, ValueError) as error:
                if len(batch) == 1:
                    _answer(batch, [error])
                    continue
                for one in batch:  # one event that the database does not take must not cost the others
                    try:
                        await self._store([one])
                    except (SQLAlchemyError, ValueError) as own:
                        _answer([one], [own])
            except BaseException as error:  # whoever waits must hear of it, also when this task is cancelled
                _answer(batch, [error] * len(batch))
                raise

    async def _store(self, batch: list[tuple[Event, "asyncio.Future[bool]"]]) -> None:
        new = await self._database.write_at_once(lambda connection: events.insert(connection, [event for event, _ in batch]))
        if any(new):
            self.arrived.set()
            self.also_arrived.set()
        _answer(batch, new)


def _answer(batch: list[tuple[Event, "asyncio.Future[bool]"]], results: "list[bool] | list[BaseException]") -> None:
    for (_, stored), result in zip(batch, results, strict=False):
        if stored.done():
            continue
        if isinstance(result, asyncio.CancelledError):
            stored.cancel()
        elif isinstance(result, BaseException):
            stored.set_exception(result)
        else:
            stored.set_result(result)
