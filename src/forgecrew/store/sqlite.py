"""How SQLite is used: WAL, writers that queue, readers that never wait."""

from typing import Any

import sqlalchemy as sa

BUSY_TIMEOUT_MS = 30_000


def configure(connection: Any, _record: Any) -> None:
    """What every new connection is told."""
    # The driver must not open transactions by itself: begin() does, so that writers queue instead of failing.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", f"busy_timeout={BUSY_TIMEOUT_MS}", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def begin(connection: sa.Connection) -> None:
    """Begin a transaction that reads or writes, as the connection's option read_only tells."""
    # A deferred transaction that turns into a writer fails at once when another writer came first; IMMEDIATE waits.
    reading = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
