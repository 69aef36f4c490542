"""The engines over one address: the one that is awaited, and a plain one for a thread; both use SQLite in the same way."""

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from forgecrew.store.database_url import async_url, sync_url
from forgecrew.store.sqlite import begin, configure


def open_engine(url: str, *, pool_size: int) -> AsyncEngine:
    """Connects when it is first used."""
    engine = create_async_engine(async_url(url), pool_size=pool_size, max_overflow=10)
    _as_we_do(engine.sync_engine)
    return engine


def open_plain_engine(url: str) -> sa.Engine:
    """The same with one connection and nothing to await."""
    engine = sa.create_engine(sync_url(url), pool_size=1, max_overflow=0)
    _as_we_do(engine)
    return engine


def _as_we_do(engine: sa.Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", configure)
        event.listen(engine, "begin", begin)
