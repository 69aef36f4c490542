"""One connection pool to our database: SQLite in WAL mode by default, PostgreSQL to scale."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from forgecrew.core.errors import ConfigError

BUSY_TIMEOUT_MS = 30_000


class Database:
    """`write()` opens a transaction that can write, `read()` one that only reads; both end with the block."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url = async_url(url)
        self.sqlite = self.url.startswith("sqlite")
        self._engine: AsyncEngine = create_async_engine(self.url, pool_size=pool_size, max_overflow=10)
        if self.sqlite:
            event.listen(self._engine.sync_engine, "connect", _configure_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_sqlite)
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


def async_url(url: str) -> str:
    """The URL with the async driver that we use; raises ConfigError for other databases."""
    for prefix, driver in (
        ("sqlite", "sqlite+aiosqlite"),
        ("postgresql", "postgresql+asyncpg"),
        ("postgres", "postgresql+asyncpg"),
    ):
        scheme, colon, rest = url.partition("://")
        if colon and scheme.split("+")[0] == prefix:
            return f"{driver}://{rest}"
    raise ConfigError(f"FORGECREW_DATABASE_URL must start with sqlite:/// or postgresql://, not {url.split('://')[0]!r}")


def sync_url(url: str) -> str:
    """The same database for tools that are not async (migrations, the journal)."""
    return async_url(url).replace("+aiosqlite", "").replace("+asyncpg", "+psycopg")


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: _begin_sqlite does, so that writers queue instead of failing.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", f"busy_timeout={BUSY_TIMEOUT_MS}", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A deferred transaction that turns into a writer fails at once when another writer came first; IMMEDIATE waits.
    reading = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def sqlite_version() -> str:
    """Version of the SQLite library in use, for doctor."""
    return sqlite3.sqlite_version
