"""One connection pool to our database: SQLite in WAL mode by default, PostgreSQL to scale."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from forgecrew.store.database_url import async_url
from forgecrew.store.sqlite import begin, configure


class Database:
    """`write()` opens a transaction that can write, `read()` one that only reads; both end with the block."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url = async_url(url)
        self.sqlite = self.url.startswith("sqlite")
        self._engine: AsyncEngine = create_async_engine(self.url, pool_size=pool_size, max_overflow=10)
        if self.sqlite:
            event.listen(self._engine.sync_engine, "connect", configure)
            event.listen(self._engine.sync_engine, "begin", begin)
        self._reader = self._engine.execution_options(read_only=True)

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """One writing transaction: committed at the end of the block, rolled back on an error."""
        async with self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """One reading transaction: a consistent view, never waits for writers on SQLite."""
        async with self._reader.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Give all connections back."""
        await self._engine.dispose()
