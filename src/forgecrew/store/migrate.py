"""Bringing a database to the tables of this version, without any file of settings: alembic, run inside our own transaction."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import autogenerate, command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from forgecrew.core.errors import ConfigError
from forgecrew.store.database import Database
from forgecrew.store.queries.locks import take_turn
from forgecrew.store.tables import metadata
from forgecrew.store.tables.chunk_text import is_raw

FOLDER = Path(__file__).with_name("migrations")


@dataclass(frozen=True, slots=True)
class RevisionState:
    """Where a database is: `current` is empty for a new one; `known` is false when a newer version of forgecrew wrote it."""

    current: str
    newest: str
    known: bool

    @property
    def up_to_date(self) -> bool:
        """Whether the tables are those of this version."""
        return self.current == self.newest


async def upgrade(database_url: str) -> RevisionState:
    """Make or change the tables; several processes may do so at once. Raises ConfigError for a database of a newer version."""
    database = Database(database_url, pool_size=1)
    try:
        async with database.write() as connection:
            await take_turn(connection, "migrate")
            before = await connection.run_sync(_state)
            if not before.known:
                raise ConfigError(
                    f"the database is at revision {before.current}, which a newer version of forgecrew made: "
                    f"install that version or a later one, or point FORGECREW_DATABASE_URL to another database"
                )
            if not before.up_to_date:
                await connection.run_sync(_upgrade)
            return RevisionState(before.newest, before.newest, known=True)
    finally:
        await database.close()


async def revision_state(database_url: str) -> RevisionState:
    """Where a database is, without changing it."""
    database = Database(database_url, pool_size=1)
    try:
        async with database.read() as connection:
            return await connection.run_sync(_state)
    finally:
        await database.close()


async def differences(database_url: str) -> list[Any]:
    """What the migrations lack against the tables in code, in alembic's words; empty when they agree."""
    database = Database(database_url, pool_size=1)
    try:
        async with database.read() as connection:
            return await connection.run_sync(lambda sync: autogenerate.compare_metadata(_context(sync), metadata))
    finally:
        await database.close()


def _context(connection: sa.Connection) -> MigrationContext:
    opts = {"compare_type": True, "target_metadata": metadata, "include_name": _told_by_a_table_object}
    return MigrationContext.configure(connection, opts=opts)


def _told_by_a_table_object(name: str | None, kind: str, _parents: Any) -> bool:
    return kind != "table" or not is_raw(name or "")


def _state(connection: sa.Connection) -> RevisionState:
    scripts = ScriptDirectory(str(FOLDER))
    current = _context(connection).get_current_revision() or ""
    known = {script.revision for script in scripts.walk_revisions()}
    return RevisionState(current, scripts.get_current_head() or "", known=not current or current in known)


def _upgrade(connection: sa.Connection) -> None:
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
