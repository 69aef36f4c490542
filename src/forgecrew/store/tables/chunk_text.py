"""Full text of chunks: raw SQL that no table object can tell, because each database has its own words for it.

`chunk_text` follows the table chunk by triggers; `chunk_term` tells in how many chunks a term occurs. On SQLite both are
virtual tables (FTS5), on PostgreSQL a tsvector with its GIN index and a table that is counted anew from time to time.
"""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from forgecrew.core.errors import ConfigError
from forgecrew.store.tables.chunk import chunk

_PREFIXES = ("chunk_text", "chunk_term")  # FTS5 keeps several tables behind one name

_FOLDER = Path(__file__).parent


def make(connection: sa.Connection) -> None:
    """Make both with their triggers. Raises ConfigError where SQLite has no FTS5."""
    dialect = connection.dialect.name
    if dialect == "sqlite" and not has_fts5(connection):
        raise ConfigError(
            f"SQLite {_version(connection)} of this Python was built without FTS5, which memory searches with: nothing was "
            "changed; use a Python whose sqlite3 has FTS5 (those of Debian, python.org and uv have), or PostgreSQL"
        )
    text = (_FOLDER / f"chunk_text.{dialect}.sql").read_text()
    for statement in text.split(";\n\n"):
        connection.exec_driver_sql(statement.strip())


def has_fts5(connection: sa.Connection) -> bool:
    """Whether this SQLite can search full texts."""
    return bool(connection.exec_driver_sql("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").first())


def is_raw(table: str) -> bool:
    """Whether a table of the database is one that this file makes, so that no table object tells of it."""
    return table.startswith(_PREFIXES)


def _version(connection: sa.Connection) -> str:
    return str(connection.exec_driver_sql("SELECT sqlite_version()").scalar_one())


def _with_its_table(_table: sa.Table, connection: sa.Connection, **_others: Any) -> None:
    make(connection)


event.listen(chunk, "after_create", _with_its_table)
