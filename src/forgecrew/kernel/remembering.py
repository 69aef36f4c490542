"""Remembering in the process `serve`: stored events and ended runs are taken into memory, without haste and without a model."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection

from sqlalchemy.exc import DBAPIError

from forgecrew.core.rest import rest
from forgecrew.kernel.pace import Pace
from forgecrew.memory.remember import BATCH_MAX, Memory
from forgecrew.memory.remember_runs import remember_runs
from forgecrew.store.database import Database
from forgecrew.store.queries import terms
from forgecrew.store.tables.chunk_text import has_fts5

log = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0
REST_MAX_SECONDS = 0.2
BUSY_BATCH, BUSY_RESTS, BUSY_REST_MAX_SECONDS = 5, 100, 1.5
"""While events come fast memory takes in fewer at once, and rests so many times as long as it worked: hardly a delivery
meets it at work, and that one waits for little."""
RUNS_EVERY_SECONDS = 5.0


class Remembering:
    """Runs in serve; several may run at once. `arrived` wakes it, else it looks every PAUSE_SECONDS.

    It runs beside intake and dispatching, not inside: an event is stored and answered first, and a batch is followed by a rest
    as long as its own work, so that writers of SQLite never wait for memory more than one short transaction. `accepted` tells
    how many events intake has taken so far: while they come fast, memory stays behind and catches up afterwards.
    """

    def __init__(
        self, database: Database, own: Collection[str], arrived: asyncio.Event, *, accepted: Callable[[], int] = int
    ) -> None:
        self._database, self._arrived = database, arrived
        self._memory = Memory(database, own)
        self._runs_at = 0.0
        self._pace = Pace(accepted)

    async def run(self, stopping: asyncio.Event) -> None:
        """Take in what comes until stopping is set; a database that does not answer is tried again."""
        if not await self._can_search():
            await stopping.wait()
            return
        while not stopping.is_set():
            self._arrived.clear()
            began = time.monotonic()
            busy = self._pace.busy(began)
            try:
                found = await self.look(limit=BUSY_BATCH if busy else BATCH_MAX)
            except (DBAPIError, OSError) as error:
                log.warning("the database does not answer, memory waits: %s", error)
                found = 0
            took = time.monotonic() - began
            if busy and found:
                await rest(min(BUSY_RESTS * took, BUSY_REST_MAX_SECONDS), stopping)
            elif found >= BATCH_MAX:
                await rest(min(took, REST_MAX_SECONDS), stopping)
            elif not found:
                await rest(PAUSE_SECONDS, stopping, self._arrived)

    async def look(self, *, limit: int = BATCH_MAX) -> int:
        """Take in one batch of events, and from time to time ended runs; gives how many events."""
        found = await self._memory.remember(limit=limit)
        if not found and time.monotonic() >= self._runs_at:
            self._runs_at = time.monotonic() + RUNS_EVERY_SECONDS
            await remember_runs(self._database)
            if not self._database.sqlite:
                async with self._database.write() as connection:
                    await terms.recount(connection)
        return found

    async def _can_search(self) -> bool:
        """Whether full text can be kept; else events wait in the log and nothing is lost."""
        if not self._database.sqlite:
            return True
        async with self._database.read() as connection:
            fine = await connection.run_sync(has_fts5)
        if not fine:
            log.error("SQLite of this Python has no FTS5: nothing is remembered until it runs on one that has; events are kept")
        return fine
