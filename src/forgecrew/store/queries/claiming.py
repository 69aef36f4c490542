"""Tasks as workers see them: claimed, ended, postponed."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.core.moment import utc_now
from forgecrew.core.outcome import RunResult
from forgecrew.core.task import Task, TaskState
from forgecrew.store.queries.locks import take_turn
from forgecrew.store.queries.tasks import from_row
from forgecrew.store.tables.run import run
from forgecrew.store.tables.task import task

RUNS_PER_HOUR_MAX = 30
"""How often one colleague begins anew on one subject: two programs that answer each other go on for ever, but slowly."""


def due(now: datetime) -> sa.ColumnElement[bool]:
    """Queued tasks whose time has come, except those whose subject had all its runs of the hour already."""
    same = task.alias()
    begun = (
        sa.select(sa.func.count(run.c.id))
        .join(same, same.c.id == run.c.task_id)
        .where(
            same.c.subject_key == task.c.subject_key, same.c.role == task.c.role, run.c.started_at > now - timedelta(hours=1)
        )
    )  # fmt: skip
    return sa.and_(
        task.c.state == TaskState.QUEUED.value,
        sa.or_(task.c.not_before.is_(None), task.c.not_before <= now),
        begun.scalar_subquery() < RUNS_PER_HOUR_MAX,
    )


async def claim_next(connection: AsyncConnection, worker_id: str, *, now: datetime) -> Task | None:
    """Set the best queued task running: lowest priority number, then oldest; none whose subject has a running task."""
    await take_turn(connection, "claim task")
    other = task.alias()
    busy = sa.exists().where(other.c.subject_key == task.c.subject_key, other.c.state == TaskState.RUNNING.value)
    best = sa.select(task.c.id).where(due(now), ~busy).order_by(task.c.priority, task.c.id).limit(1)
    found = (await connection.execute(best)).scalar_one_or_none()
    if found is None:
        return None
    row = await connection.execute(
        sa.update(task)
        .where(task.c.id == found, task.c.state == TaskState.QUEUED.value)
        .values(
            state=TaskState.RUNNING.value, attempts=task.c.attempts + 1, worker_id=worker_id, wake_asked=False,
            run_id=None, not_before=None, updated_at=now,
        )
        .returning(task)
    )  # fmt: skip
    return from_row(row.one())


async def end(connection: AsyncConnection, task_id: int, result: RunResult, *, run_id: str) -> TaskState | None:
    """Close the run of a task: ended, or waiting when the result waits, or queued again when it was woken meanwhile.

    Of a wish to stop and a wish to go on the later one counts.

    Gives the new state; None when the task is not running that run, and nothing changes then.
    """
    mine = sa.select(task).where(task.c.id == task_id, task.c.run_id == run_id, task.c.state == TaskState.RUNNING.value)
    row = (await connection.execute(mine.with_for_update())).one_or_none()
    if row is None:
        return None
    if row.wake_asked:
        state = TaskState.QUEUED
    elif row.stop_asked:
        state = TaskState.ENDED
    else:
        state = TaskState.WAITING if result.waits else TaskState.ENDED
    values: Json = {
        "state": state.value, "outcome": result.outcome.value, "reason": result.reason, "wake_asked": False,
        "stop_asked": row.stop_asked and state is TaskState.ENDED,
        "state_json": result.state_json or row.state_json, "pull_number": result.pull_number or row.pull_number,
        "attempts": 0, "worker_id": None, "updated_at": utc_now(),
    }  # fmt: skip
    await connection.execute(sa.update(task).where(task.c.id == task_id).values(**values))
    return state


async def postpone(connection: AsyncConnection, task_id: int, *, seconds: float, reason: str) -> None:
    """Queue a running task again for later, when the world was down; its attempts count until a run of it ends otherwise."""
    now = utc_now()
    await connection.execute(
        sa.update(task)
        .where(task.c.id == task_id, task.c.state == TaskState.RUNNING.value)
        .values(
            state=TaskState.QUEUED.value, reason=reason, worker_id=None, run_id=None,
            not_before=now + timedelta(seconds=seconds), updated_at=now,
        )
    )  # fmt: skip
