"""Whether anybody wrote to the database since one looked last: nearly free on SQLite, which can be asked for that alone."""

import sqlite3
import time

import sqlalchemy as sa

from forgecrew.store.database_url import sync_url

ANYWAY_SECONDS = 1.0


class Changes:
    """One per asker. What waits for a moment rather than for a change comes due too: after a second (or `anyway_seconds`) the
    answer is yes.

    On PostgreSQL the answer is always yes, with `anyway_seconds` once a second.
    """

    def __init__(self, url: str, *, anyway_seconds: float | None = None) -> None:
        self._anyway_seconds = anyway_seconds
        made = sa.make_url(sync_url(url))
        self._path = (made.database or "") if made.drivername.startswith("sqlite") else ""
        self._connection: sqlite3.Connection | None = None
        self._version, self._at = -1, 0.0

    def any(self) -> bool:
        """Whether to look now. Sees what other connections wrote, of this process and of others."""
        if not self._path:
            return self._anyway_seconds is None or self._second_is_over()
        try:
            version = self._ask()
        except sqlite3.Error:  # whoever looks then hears of it where such errors are expected
            return True
        now = time.monotonic()
        anyway_seconds = ANYWAY_SECONDS if self._anyway_seconds is None else self._anyway_seconds
        if version == self._version and now - self._at < anyway_seconds:
            return False
        self._version, self._at = version, now
        return True

    def _second_is_over(self) -> bool:
        now = time.monotonic()
        over = now - self._at >= ANYWAY_SECONDS
        self._at = now if over else self._at
        return over

    def _ask(self) -> int:
        if self._connection is None:
            self._connection = sqlite3.connect(self._path, isolation_level=None)
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Give the connection back; asking again opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
