"""Remembering events: read a few, find what they tell outside of any transaction, write it in one short one."""

import asyncio
import logging
from collections.abc import Collection, Sequence

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.moment import utc_now
from forgecrew.memory.prepare import Prepared, cut, look, version_of
from forgecrew.memory.write import write
from forgecrew.store.database import Database
from forgecrew.store.queries import chunk_keeping, remembering
from forgecrew.store.queries.locks import take_turn
from forgecrew.store.queries.remembering import StoredEvent

log = logging.getLogger(__name__)

BATCH_MAX = 20
"""Events in one transaction: writers of SQLite wait for each other, and nobody is to wait for memory."""


class Memory:
    """Takes in stored events; `own` are the accounts of the crew. Several processes may do so at once."""

    def __init__(self, database: Database, own: Collection[str] = ()) -> None:
        self._database, self._own = database, frozenset(own)

    async def remember(self, *, limit: int = BATCH_MAX) -> int:
        """Take in what waits, oldest first; gives how many events it looked at."""
        # The drivers differ in what they make of times outside of Python's years: events are read by the one that wrote them.
        async with self._database.read() as connection:
            waiting = await remembering.waiting(connection, limit=limit)
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

    async def _together(self, waiting: Sequence[StoredEvent]) -> None:
        batch: list[Prepared] = []
        for one in waiting:
            batch.append(look(one.id, one.event, one.stored_at, self._own))
            await asyncio.sleep(0)  # intake runs in this process too: it comes between any two events
        places = sorted({said.source_key[:300] for prepared in batch for said in prepared.found.said})
        known = await self._database.read_at_once(lambda connection: chunk_keeping.versions(connection, places))
        await _cut_once(batch, known)
        await self._database.write_at_once(lambda connection: _write(connection, batch))

    async def _alone(self, one: StoredEvent) -> None:
        try:
            await self._together([one])
        except Exception as error:  # as above; the reason is kept beside the event
            if _outage(error):
                raise
            log.exception("event %s (%s) is not remembered", one.id, one.event.kind)
            async with self._database.write() as connection:
                await remembering.set_problem(connection, one.id, f"{type(error).__name__}: {error}"[:2000])


async def _write(connection: AsyncConnection, batch: Sequence[Prepared]) -> None:
    await take_turn(connection, "memory", derived=True)
    mine = await remembering.take(connection, [prepared.event_id for prepared in batch])
    await write(connection, [prepared for prepared in batch if prepared.event_id in mine], now=utc_now())


async def _cut_once(batch: Sequence[Prepared], known: set[tuple[str, str]]) -> None:
    """Every event shows the text of its issue again: within a batch each version is cut once."""
    for prepared in batch:
        cut(prepared, known)
        await asyncio.sleep(0)
        known |= {(said.source_key, version_of(said.text)) for said in prepared.found.said}


def _outage(error: Exception) -> bool:
    """Whether the database is at fault rather than the event."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if isinstance(error, OperationalError) and "too many" in str(error.orig):  # variables: one event alone has fewer
        return False
    return lost or isinstance(error, OperationalError | OSError)
