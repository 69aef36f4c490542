"""Runs: begun, in progress, taken over, ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.ids import new_id
from forgecrew.core.json import Json
from forgecrew.core.moment import utc_now
from forgecrew.core.outcome import Outcome
from forgecrew.core.run import Run
from forgecrew.store.tables.run import run
from forgecrew.store.tables.step import step
from forgecrew.store.tables.task import task
from forgecrew.store.tables.worker import worker


def from_row(row: Any) -> Run:
    """One row of the table as the noun."""
    return Run(
        id=row.id, task_id=row.task_id, number=row.number, worker_id=row.worker_id or "", stage=row.stage,
        plan=tuple((name, state) for name, state in row.plan), outcome=Outcome(row.outcome) if row.outcome else None,
        reason=row.reason, steps=row.steps, prompt_tokens=row.prompt_tokens, output_tokens=row.output_tokens,
        prompt_tokens_max=row.prompt_tokens_max, takeovers=row.takeovers, diff=row.diff, started_at=row.started_at,
        progress_at=row.progress_at, ended_at=row.ended_at,
    )  # fmt: skip


async def create(connection: AsyncConnection, *, task_id: int, worker_id: str) -> str:
    """Id of a new run of a task, which becomes the task's present run."""
    run_id, now = new_id(), utc_now()
    earlier = (await connection.execute(sa.select(sa.func.count()).where(run.c.task_id == task_id))).scalar_one()
    await connection.execute(
        sa.insert(run).values(
            id=run_id, task_id=task_id, number=earlier + 1, worker_id=worker_id, plan=[], started_at=now, progress_at=now
        )
    )
    await connection.execute(sa.update(task).where(task.c.id == task_id).values(run_id=run_id, worker_id=worker_id))
    return run_id


async def get(connection: AsyncConnection, run_id: str) -> Run | None:
    """One run."""
    row = (await connection.execute(sa.select(run).where(run.c.id == run_id))).one_or_none()
    return None if row is None else from_row(row)


async def by_task(connection: AsyncConnection, task_id: int) -> list[Run]:
    """All runs of a task, oldest first."""
    rows = await connection.execute(sa.select(run).where(run.c.task_id == task_id).order_by(run.c.number))
    return [from_row(row) for row in rows]


async def progress(
    connection: AsyncConnection, run_id: str, *, stage: str | None = None,
    plan: Sequence[tuple[str, str]] | None = None, diff: str | None = None,
) -> None:  # fmt: skip
    """Keep what is given, and that the run has just moved."""
    values: Json = {"progress_at": utc_now()}
    if stage is not None:
        values["stage"] = stage
    if plan is not None:
        values["plan"] = [list(pair) for pair in plan]
    if diff is not None:
        values["diff"] = diff
    await connection.execute(sa.update(run).where(run.c.id == run_id).values(**values))


async def count_steps(connection: AsyncConnection, run_id: str) -> None:
    """Bring the totals of a run up to date from all of its steps."""
    sums = sa.select(
        sa.func.count(), sa.func.coalesce(sa.func.sum(step.c.prompt_tokens), 0),
        sa.func.coalesce(sa.func.sum(step.c.output_tokens), 0), sa.func.coalesce(sa.func.max(step.c.prompt_tokens), 0),
    ).where(step.c.run_id == run_id)  # fmt: skip
    steps, prompt, output, largest = (await connection.execute(sums)).one()
    await connection.execute(
        sa.update(run).where(run.c.id == run_id).values(
            steps=steps, prompt_tokens=prompt, output_tokens=output, prompt_tokens_max=largest, progress_at=utc_now()
        )
    )  # fmt: skip


async def set_worker(connection: AsyncConnection, run_id: str, worker_id: str, *, instead_of: str) -> bool:
    """Take a run over from a worker; False when it has ended or somebody else was faster."""
    taken = await connection.execute(
        sa.update(run)
        .where(run.c.id == run_id, run.c.worker_id == instead_of, run.c.ended_at.is_(None))
        .values(worker_id=worker_id, takeovers=run.c.takeovers + 1, progress_at=utc_now())
    )
    if taken.rowcount:
        await connection.execute(sa.update(task).where(task.c.run_id == run_id).values(worker_id=worker_id))
    return taken.rowcount > 0


async def end(connection: AsyncConnection, run_id: str, outcome: Outcome, reason: str = "") -> None:
    """Close a run; closing it again changes nothing."""
    now = utc_now()
    await connection.execute(
        sa.update(run).where(run.c.id == run_id, run.c.ended_at.is_(None))
        .values(outcome=outcome.value, reason=reason, ended_at=now, progress_at=now)
    )  # fmt: skip


async def orphans(connection: AsyncConnection, *, now: datetime) -> list[Run]:
    """Open runs whose worker is not alive: its lease ran out, it said goodbye, or it has no row."""
    alive = sa.exists().where(worker.c.id == run.c.worker_id, worker.c.gone_at.is_(None), worker.c.lease_until >= now)
    rows = await connection.execute(sa.select(run).where(run.c.ended_at.is_(None), ~alive).order_by(run.c.id))
    return [from_row(row) for row in rows]
