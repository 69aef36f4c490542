"""Idle time: whether the crew has nothing to do, and work that is given up the moment somebody needs the model."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

from forgecrew.core.moment import utc_now
from forgecrew.store.database import Database
from forgecrew.store.queries import idle

LOOK_SECONDS = 0.5
REST_SECONDS = 60.0
_T = TypeVar("_T")


class Interrupted(Exception):
    """Work came; what was begun is given up."""


class IdleTime:
    """Idle is when no task and no code run waits or goes on, and none did for `rest_seconds`."""

    def __init__(self, database: Database, *, rest_seconds: float = REST_SECONDS) -> None:
        self._database, self._rest = database, rest_seconds

    async def now(self) -> bool:
        """Whether it is."""
        async with self._database.read() as connection:
            if await idle.has_work(connection):
                return False
            return await idle.rested_since(connection, utc_now() - timedelta(seconds=self._rest))

    async def spend(self, work: Awaitable[_T]) -> _T:
        """Wait for a piece of work, and cancel it as soon as there is other work. Raises Interrupted then."""
        going = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait({going}, timeout=LOOK_SECONDS))[0]:
                async with self._database.read() as connection:
                    busy = await idle.has_work(connection)
                if busy:
                    raise Interrupted
            return going.result()
        finally:
            if not going.done():
                going.cancel()
                await asyncio.wait({going})
