"""The database of the journal: a SQLite file of its own beside ours, or the schema `dbos` of our PostgreSQL."""

import sqlite3
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from forgecrew.store.database_url import sync_url
from forgecrew.store.sqlite import BUSY_TIMEOUT_MS

CONNECTIONS_MAX = 16


def journal_url(database_url: str) -> str:
    """Where the journal of an installation is: `x.sqlite` has `x-journal.sqlite`; PostgreSQL holds both."""
    url = sa.make_url(sync_url(database_url))
    if not url.drivername.startswith("sqlite"):
        return url.set(drivername="postgresql").render_as_string(hide_password=False)
    name = url.database or ""
    stem, dot, ending = name.rpartition(".")
    beside = f"{stem}-journal.{ending}" if dot and "/" not in ending else f"{name}-journal"
    return url.set(database=beside).render_as_string(hide_password=False)


def journal_connections(url: str, *, full_sync: bool = False) -> sa.Engine | None:
    """Connections to a SQLite journal in WAL mode; None for PostgreSQL, where the library's own are right.

    Without `full_sync` a power cut (not a crash of ours) may lose the last steps, which are then done again.
    """
    if not url.startswith("sqlite"):
        return None
    path = sa.make_url(url).database or ""
    with sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000) as first:
        first.execute("PRAGMA journal_mode=WAL")
    first.close()
    engine = sa.create_engine(url, pool_size=CONNECTIONS_MAX, max_overflow=CONNECTIONS_MAX)
    synchronous = "FULL" if full_sync else "NORMAL"

    def configure(connection: Any, _record: Any) -> None:
        # Writers queue for the lock at the start of their transaction instead of failing in its middle.
        connection.isolation_level = "IMMEDIATE"
        for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON", f"synchronous={synchronous}"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", configure)
    return engine
