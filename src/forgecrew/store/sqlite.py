"""How SQLite is used: WAL, writers that queue, readers that never wait."""

import sqlite3
import time
from typing import Any

import sqlalchemy as sa

BUSY_TIMEOUT_MS = 30_000


def configure(connection: Any, _record: Any) -> None:
    """What every new connection is told."""
    # The driver must not open transactions by itself: begin() does, so that writers queue instead of failing.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    _set_wal(cursor)
    cursor.close()


def _set_wal(cursor: Any) -> None:
    """Several processes that open a new file at once get in each other's way here, and SQLite does not wait by itself."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def begin(connection: sa.Connection) -> None:
    """Begin a transaction that reads or writes, as the connection's option read_only tells."""
    # A deferred transaction that turns into a writer fails at once when another writer came first; IMMEDIATE waits.
    reading = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
