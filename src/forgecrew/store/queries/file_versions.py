"""Versions of files: appended per task and path, listed, looked up; wishes to restore one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.file_version import FileVersion
from forgecrew.core.ids import new_id
from forgecrew.core.json import Json
from forgecrew.core.moment import utc_now
from forgecrew.store.tables.file_restore import file_restore
from forgecrew.store.tables.file_version import file_version as table


async def append(connection: AsyncConnection, values: Json) -> None:
    """One version."""
    await connection.execute(sa.insert(table).values(**values))


async def last(connection: AsyncConnection, task_id: int, path: str) -> FileVersion | None:
    """The newest version of a file."""
    query = sa.select(table).where(table.c.task_id == task_id, table.c.path == path).order_by(table.c.version.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else from_row(row)


async def of_file(connection: AsyncConnection, task_id: int, path: str) -> list[FileVersion]:
    """All versions of a file, oldest first."""
    query = sa.select(table).where(table.c.task_id == task_id, table.c.path == path).order_by(table.c.version)
    return [from_row(row) for row in await connection.execute(query)]


async def newest(connection: AsyncConnection, task_id: int, *, up_to: int | None = None) -> list[FileVersion]:
    """The newest version of each file of a task, by path; with `up_to` as it was when that version (an id) had been made.

    A file that was first changed later is told as it was before: by its `start`, or as removed when it was added then.
    """
    made = sa.select(table.c.path, sa.func.max(table.c.id).label("id")).where(table.c.task_id == task_id)
    if up_to is not None:
        made = made.where(table.c.id <= up_to)
    found = made.group_by(table.c.path).subquery()
    query = sa.select(table).join(found, found.c.id == table.c.id).order_by(table.c.path)
    known = {row.path: from_row(row) for row in await connection.execute(query)}
    if up_to is not None:
        first = sa.select(table).where(table.c.task_id == task_id, table.c.version <= 1).order_by(table.c.path, table.c.version)
        for row in await connection.execute(first):
            found_first = from_row(row)
            known.setdefault(row.path, found_first if row.kind == "start" else replace(found_first, kind="removed"))
    return sorted(known.values(), key=lambda version: version.path)


async def get(connection: AsyncConnection, task_id: int, path: str, version: int) -> FileVersion | None:
    """One version."""
    query = sa.select(table).where(table.c.task_id == task_id, table.c.path == path, table.c.version == version)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else from_row(row)


async def ask_restore(connection: AsyncConnection, task_id: int, path: str, version_id: int) -> str:
    """Id of a wish to bring back a version of a file, or, with an empty path, all files as they were at that version."""
    wish = new_id()
    await connection.execute(
        sa.insert(file_restore).values(
            id=wish, task_id=task_id, path=path, version_id=version_id, state="asked", at=utc_now()
        )
    )  # fmt: skip
    return wish


async def restores_asked(connection: AsyncConnection) -> Sequence[Any]:
    """Wishes that nobody has fulfilled yet: rows of file_restore, oldest first."""
    return list(
        await connection.execute(sa.select(file_restore).where(file_restore.c.state == "asked").order_by(file_restore.c.id))
    )


async def restore_state(connection: AsyncConnection, wish: str) -> tuple[str, str]:
    """State (asked, done, failed) and problem."""
    row = (await connection.execute(sa.select(file_restore).where(file_restore.c.id == wish))).one()
    return str(row.state), str(row.problem)


async def take_restore(connection: AsyncConnection, wish: str, state: str, problem: str = "", *, was: str = "asked") -> bool:
    """Change the state of a wish; False when somebody else was faster."""
    changed = await connection.execute(
        sa.update(file_restore)
        .where(file_restore.c.id == wish, file_restore.c.state == was)
        .values(state=state, problem=problem)
    )
    return changed.rowcount > 0


def from_row(row: Any) -> FileVersion:
    """One row as the noun."""
    return FileVersion(**{name: getattr(row, name) for name in FileVersion.__dataclass_fields__})
