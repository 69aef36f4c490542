"""Code runs as the worker sees that holds them: claimed, attempts begun and ended, ended, given back.

Every change of a held row asks first whether it is still held, so that of two workers that both think they hold one only
one writes, and no attempt stands in the record twice.
"""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.code_attempt import CodeAttempt
from forgecrew.core.code_run import CodeOutcome, CodeState
from forgecrew.core.moment import utc_now
from forgecrew.store.queries.inserting import insert_new
from forgecrew.store.tables.code_attempt import code_attempt
from forgecrew.store.tables.code_run import code_run
from forgecrew.store.tables.worker import worker


def free(now: datetime, worker_id: str) -> sa.ColumnElement[bool]:
    """Queued, or running without a living worker, or held by this one: it leaves out those that it works on."""
    alive = sa.exists().where(worker.c.id == code_run.c.worker_id, worker.c.gone_at.is_(None), worker.c.lease_until >= now)
    left = sa.and_(code_run.c.state == CodeState.RUNNING.value, sa.or_(~alive, code_run.c.worker_id == worker_id))
    return sa.or_(code_run.c.state == CodeState.QUEUED.value, left)


async def next_free(
    connection: AsyncConnection, worker_id: str, *, now: datetime, besides: Collection[str] = ()
) -> str | None:  # fmt: skip
    """The oldest one that nobody works on; `besides` are those that this worker does."""
    query = sa.select(code_run.c.id).where(
        code_run.c.state != CodeState.ENDED.value, free(now, worker_id), code_run.c.id.not_in(list(besides))
    )
    return (await connection.execute(query.order_by(code_run.c.id).limit(1))).scalar_one_or_none()


async def claim(connection: AsyncConnection, run_id: str, worker_id: str, *, now: datetime) -> bool:
    """Hold one from now on; False when another worker was faster. From a dead worker it counts as a takeover."""
    died = sa.and_(code_run.c.state == CodeState.RUNNING.value, code_run.c.worker_id != worker_id)  # null: nobody
    taken = await connection.execute(
        sa.update(code_run).where(code_run.c.id == run_id, free(now, worker_id)).values(
            state=CodeState.RUNNING.value, worker_id=worker_id, updated_at=now,
            takeovers=code_run.c.takeovers + sa.case((died, 1), else_=0),
        )
    )  # fmt: skip
    return taken.rowcount > 0


async def keep(connection: AsyncConnection, run_id: str, holder: str, **values: Any) -> bool:
    """Change a row that `holder` holds (`stage`, `live_log`); False when it holds it no more."""
    held = (code_run.c.id == run_id, code_run.c.worker_id == holder, code_run.c.state == CodeState.RUNNING.value)
    changed = await connection.execute(sa.update(code_run).where(*held).values(**{"updated_at": utc_now(), **values}))
    return changed.rowcount > 0


async def begin_attempt(connection: AsyncConnection, run_id: str, attempt: CodeAttempt) -> None:
    """Keep an attempt before it runs; one of the same number stays as it is."""
    values = {
        "code_run_id": run_id, "number": attempt.number, "files": dict(attempt.files), "answer": attempt.answer,
        "diff": attempt.diff, "prompt_tokens": attempt.prompt_tokens, "output_tokens": attempt.output_tokens,
        "started_at": attempt.started_at or utc_now(),
    }  # fmt: skip
    await insert_new(connection, code_attempt, values, code_attempt.c.number)


async def end_attempt(connection: AsyncConnection, run_id: str, attempt: CodeAttempt) -> None:
    """Keep what an attempt gave."""
    await connection.execute(
        sa.update(code_attempt)
        .where(
            code_attempt.c.code_run_id == run_id, code_attempt.c.number == attempt.number, code_attempt.c.ended_at.is_(None)
        )
        .values(
            exit_code=attempt.exit_code, reason=attempt.reason, log=attempt.log, seconds=attempt.seconds,
            error=asdict(attempt.error) if attempt.error else sa.null(), ended_at=attempt.ended_at or utc_now(),
        )
    )  # fmt: skip


async def end(connection: AsyncConnection, run_id: str, worker_id: str, outcome: CodeOutcome, reason: str) -> bool:
    """Close a held code run."""
    return await keep(
        connection, run_id, worker_id, state=CodeState.ENDED.value, outcome=outcome.value, reason=reason, stage="",
        live_log="", worker_id=None, ended_at=utc_now(),
    )  # fmt: skip


async def stops(connection: AsyncConnection, worker_id: str) -> set[str]:
    """Held ones that were asked to stop."""
    query = sa.select(code_run.c.id).where(
        code_run.c.worker_id == worker_id, code_run.c.state == CodeState.RUNNING.value, code_run.c.stop_asked.is_(True)
    )
    return set((await connection.execute(query)).scalars())


async def leave(connection: AsyncConnection, run_id: str, worker_id: str) -> None:
    """Give one back, to be taken up by another worker at once."""
    await keep(connection, run_id, worker_id, worker_id=None)
