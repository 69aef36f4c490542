"""Running tasks as the worker sees that holds their runs: what is asked of it, what it may still write, what it leaves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.run import Run
from forgecrew.core.task import Task, TaskState
from forgecrew.store.queries import runs, tasks
from forgecrew.store.queries.claiming import due
from forgecrew.store.tables.run import run
from forgecrew.store.tables.task import task


async def any_queued(connection: AsyncConnection, *, now: datetime) -> bool:
    """Whether a task waits whose time has come; its subject may still be busy."""
    found = await connection.execute(sa.select(task.c.id).where(due(now)).limit(1))
    return found.scalar_one_or_none() is not None


async def stops(connection: AsyncConnection, worker_id: str) -> dict[str, str]:
    """Runs of a worker whose task was asked to stop, each with the reason."""
    asked = sa.select(task.c.run_id, task.c.reason).where(
        task.c.state == TaskState.RUNNING.value, task.c.worker_id == worker_id, task.c.stop_asked.is_(True)
    )
    return {run_id: reason for run_id, reason in await connection.execute(asked) if run_id}


async def mine(connection: AsyncConnection, run_id: str, worker_id: str, *, lock: bool = False) -> tuple[Run, Task] | None:
    """An open run that a worker holds, with its task; `lock` keeps it so until the transaction ends."""
    query = sa.select(run).where(run.c.id == run_id, run.c.worker_id == worker_id, run.c.ended_at.is_(None))
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        return None
    found = await tasks.get(connection, row.task_id)
    return None if found is None else (runs.from_row(row), found)


async def leave(connection: AsyncConnection, run_ids: Sequence[str], worker_id: str) -> None:
    """Give runs back that go on elsewhere: nobody holds them, and taking them over counts as no death."""
    await _set_worker(connection, sa.and_(run.c.id.in_(run_ids), run.c.worker_id == worker_id), None)


async def take_left(connection: AsyncConnection, run_id: str, worker_id: str) -> bool:
    """Take a run that nobody holds; False when somebody else was faster."""
    return await _set_worker(connection, sa.and_(run.c.id == run_id, run.c.worker_id.is_(None)), worker_id) > 0


async def _set_worker(connection: AsyncConnection, which: Any, worker_id: str | None) -> int:
    taken = await connection.execute(
        sa.update(run).where(which, run.c.ended_at.is_(None)).values(worker_id=worker_id).returning(run.c.id)
    )
    ids = list(taken.scalars())
    await connection.execute(sa.update(task).where(task.c.run_id.in_(ids)).values(worker_id=worker_id))
    return len(ids)
