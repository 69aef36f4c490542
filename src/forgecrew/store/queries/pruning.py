"""What nobody needs any more: old versions of files, and bytes that nothing refers to."""

import json
import re
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.app import LIVE
from forgecrew.core.stored_intent import ENDED
from forgecrew.core.task import TaskState
from forgecrew.store.tables.app import app
from forgecrew.store.tables.blob import blob
from forgecrew.store.tables.file_restore import file_restore
from forgecrew.store.tables.file_version import file_version
from forgecrew.store.tables.intent import intent
from forgecrew.store.tables.task import task

_SHA256 = re.compile(r"[0-9a-f]{64}")


async def old_versions(connection: AsyncConnection, *, before: datetime, limit: int) -> Sequence[int]:
    """Ids of versions that were made before a moment, of tasks that have ended; what was ever restored is not among them."""
    ended = sa.select(task.c.id).where(task.c.state == TaskState.ENDED.value)
    query = sa.select(file_version.c.id).where(file_version.c.at < before, file_version.c.task_id.in_(ended), ~_restored())
    return list((await connection.execute(query.order_by(file_version.c.id).limit(limit))).scalars())


async def surplus_versions(connection: AsyncConnection, *, per_file: int, limit: int) -> Sequence[int]:
    """Ids of versions of a file beyond its newest ones; without how it was at the start and what was ever restored."""
    place = sa.func.row_number().over(
        partition_by=(file_version.c.task_id, file_version.c.path), order_by=file_version.c.version.desc()
    )
    numbered = sa.select(file_version.c.id, file_version.c.version, place.label("place")).where(~_restored()).subquery()
    query = sa.select(numbered.c.id).where(numbered.c.place > per_file, numbered.c.version > 0)
    return list((await connection.execute(query.order_by(numbered.c.id).limit(limit))).scalars())


async def forget_versions(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Remove rows; their bytes go with the next look for what nothing refers to."""
    await connection.execute(sa.delete(file_version).where(file_version.c.id.in_(ids)))


async def forget_loose_blobs(connection: AsyncConnection, *, before: datetime) -> int:
    """Remove bytes that were last stored before a moment and that no version, live app or unfinished intent names."""
    query = sa.select(intent.c.arguments).where(intent.c.state.not_in([state.value for state in ENDED]))
    named = {sha for (arguments,) in await connection.execute(query) for sha in _SHA256.findall(json.dumps(arguments))}
    loose = (
        blob.c.at < before,
        ~sa.exists().where(file_version.c.bundle == blob.c.sha256),
        ~sa.exists().where(app.c.files_sha256 == blob.c.sha256, app.c.state.in_(LIVE)),
        blob.c.sha256.not_in(named),
    )
    return (await connection.execute(sa.delete(blob).where(*loose))).rowcount


def _restored() -> sa.ColumnElement[bool]:
    """A version that somebody brought back, alone or with all files of its task."""
    return sa.exists().where(
        file_restore.c.task_id == file_version.c.task_id,
        sa.or_(file_restore.c.version_id == file_version.c.id, file_restore.c.path == ""),
    )
