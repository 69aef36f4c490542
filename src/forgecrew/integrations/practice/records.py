"""Rows of the practice forge in one SQLite file: add, find, change and drop them by column values."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Row = dict[str, Any]
"""One row; its keys are the columns of schema.sql."""


class Records:
    """Single rows are written at once. Table and column names come from this package's code, values never enter the SQL."""

    def __init__(self, file: Path) -> None:
        self._base = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = NORMAL")
        self._base.executescript((Path(__file__).parent / "schema.sql").read_text("utf-8"))

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def add(self, table: str, **columns: object) -> int:
        """A new row; gives its id. Raises sqlite3.IntegrityError where it must be unique and is not."""
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        return self._run(f"INSERT INTO {table} ({names}) VALUES ({marks})", columns).lastrowid or 0  # noqa: S608

    def many(self, table: str, *, by: str = "rowid", **where: object) -> list[Row]:
        """All rows with these values, in the order of a column."""
        cursor = self._run(f"SELECT * FROM {table}{_where(where)} ORDER BY {by}", where)  # noqa: S608
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def one(self, table: str, **where: object) -> Row | None:
        """The first row with these values."""
        cursor = self._run(f"SELECT * FROM {table}{_where(where)} LIMIT 1", where)  # noqa: S608
        row = cursor.fetchone()
        return dict(zip([column[0] for column in cursor.description], row, strict=True)) if row else None

    def get(self, table: str, row_id: int) -> Row:
        """The row of an id that is known to exist."""
        found = self.one(table, id=row_id)
        if found is None:
            raise LookupError(f"no {table} with id {row_id}")
        return found

    def change(self, table: str, where: Row, **columns: object) -> None:
        """Set columns of all rows with these values."""
        names = ", ".join(f"{name} = ?" for name in columns)
        self._base.execute(f"UPDATE {table} SET {names}{_where(where)}", [*columns.values(), *where.values()])  # noqa: S608

    def drop(self, table: str, **where: object) -> None:
        """Delete all rows with these values."""
        self._run(f"DELETE FROM {table}{_where(where)}", where)  # noqa: S608

    def next_number(self, repo_id: int) -> int:
        """The next number that issues and pull requests of a repository share."""
        number = int(self.get("repo", repo_id)["last_number"]) + 1
        self.change("repo", {"id": repo_id}, last_number=number)
        return number

    def _run(self, sql: str, values: Row) -> sqlite3.Cursor:
        return self._base.execute(sql, list(values.values()))


def _where(where: Row) -> str:
    return " WHERE " + " AND ".join(f"{name} = ?" for name in where) if where else ""


def now() -> str:
    """The present second, as Gitea writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
