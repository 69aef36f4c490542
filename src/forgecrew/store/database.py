"""One connection pool to our database: SQLite in WAL mode by default, PostgreSQL to scale."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.changes import Changes
from forgecrew.store.database_url import async_url
from forgecrew.store.engine import open_engine
from forgecrew.store.inline import Answer, InlineTransactions, Work


class Database:
    """`write()` opens a transaction that can write, `read()` one that only reads; both end with the block."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url = async_url(url)
        self.sqlite = self.url.startswith("sqlite")
        self._engine = open_engine(url, pool_size=pool_size)
        self._reader = self._engine.execution_options(read_only=True)
        self._writing = InlineTransactions(url, self._engine, read_only=False)
        self._reading = InlineTransactions(url, self._engine, read_only=True)
        self._changes: list[Changes] = []

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """Committed at the end of the block, rolled back on an error."""
        async with self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """A consistent view; never waits for writers on SQLite."""
        async with self._reader.begin() as connection:
            yield connection

    async def write_at_once(self, work: Work[Answer]) -> Answer:
        """Many statements in a thread; `work` awaits nothing but its connection."""
        return await self._writing.run(work)

    async def read_at_once(self, work: Work[Answer]) -> Answer:
        """The same for one that only reads."""
        return await self._reading.run(work)

    def changes(self, *, anyway_seconds: float | None = None) -> Changes:
        """For one that looks again and again: whether anything was written since, or so long has gone by."""
        self._changes.append(Changes(self.url, anyway_seconds=anyway_seconds))
        return self._changes[-1]

    async def close(self) -> None:
        """Give all connections back."""
        for one in self._changes:
            one.close()
        await self._writing.close()
        await self._reading.close()
        await self._engine.dispose()
