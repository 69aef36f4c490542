"""Runs as memory sees them: which have ended and are not taken in yet."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.moment import utc_now
from forgecrew.store.tables.run import run
from forgecrew.store.tables.step import step
from forgecrew.store.tables.task import task


async def ended_runs(connection: AsyncConnection, *, limit: int) -> Sequence[Any]:
    """Ended runs that memory has not taken in, with repo, subject, role and label of their tasks."""
    query = (
        sa.select(run, task.c.repo, task.c.subject_key, task.c.subject_number, task.c.title, task.c.agent, task.c.label)
        .join(task, task.c.id == run.c.task_id)
        .where(run.c.remembered_at.is_(None), run.c.ended_at.is_not(None))
    )
    return (await connection.execute(query.order_by(run.c.id).limit(limit))).all()


async def steps_of(connection: AsyncConnection, run_id: str) -> Sequence[Any]:
    """Steps of a run, in order."""
    return (await connection.execute(sa.select(step).where(step.c.run_id == run_id).order_by(step.c.number))).all()


async def take_run(connection: AsyncConnection, run_id: str) -> bool:
    """Mark a run as remembered; False when somebody else had."""
    statement = sa.update(run).where(run.c.id == run_id, run.c.remembered_at.is_(None)).values(remembered_at=utc_now())
    return bool((await connection.execute(statement)).rowcount)
