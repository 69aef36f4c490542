"""Code runs: asked for, looked at, asked to stop."""

from dataclasses import asdict
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.code_attempt import CodeAttempt
from forgecrew.core.code_run import CodeOutcome, CodeRun, CodeState
from forgecrew.core.json import Json
from forgecrew.core.moment import utc_now
from forgecrew.core.program import Program
from forgecrew.core.program_error import Frame, ProgramError
from forgecrew.store.tables.code_attempt import code_attempt
from forgecrew.store.tables.code_run import code_run


async def create(connection: AsyncConnection, run: CodeRun) -> None:
    """Queue a code run under its id."""
    now = utc_now()
    await connection.execute(
        sa.insert(code_run).values(
            id=run.id, program=asdict(run.program), goal=run.goal, attempts_max=run.attempts_max,
            state=CodeState.QUEUED.value, created_at=now, updated_at=now,
        )
    )  # fmt: skip


async def get(connection: AsyncConnection, run_id: str) -> CodeRun | None:
    """One code run with its attempts, oldest first."""
    row = (await connection.execute(sa.select(code_run).where(code_run.c.id == run_id))).one_or_none()
    if row is None:
        return None
    rows = await connection.execute(
        sa.select(code_attempt).where(code_attempt.c.code_run_id == run_id).order_by(code_attempt.c.number)
    )
    return from_row(row, tuple(_attempt(one) for one in rows))


async def recent(connection: AsyncConnection, *, limit: int = 50, before_id: str = "") -> list[tuple[CodeRun, int]]:
    """Newest first, without attempts but with their number."""
    counted = sa.select(sa.func.count()).where(code_attempt.c.code_run_id == code_run.c.id).scalar_subquery()
    query = sa.select(code_run, counted.label("attempts")).order_by(code_run.c.id.desc()).limit(limit)
    if before_id:
        query = query.where(code_run.c.id < before_id)
    return [(from_row(row, ()), int(row.attempts)) for row in await connection.execute(query)]


async def ask_stop(connection: AsyncConnection, run_id: str) -> None:
    """Ask one to stop: a queued one ends at once, a running one when its worker hears of it."""
    now, mine = utc_now(), code_run.c.id == run_id
    await connection.execute(
        sa.update(code_run).where(mine, code_run.c.state == CodeState.QUEUED.value).values(
            state=CodeState.ENDED.value, outcome=CodeOutcome.STOPPED.value, reason="stopped by a person",
            stop_asked=True, updated_at=now, ended_at=now,
        )
    )  # fmt: skip
    await connection.execute(
        sa.update(code_run).where(mine, code_run.c.state == CodeState.RUNNING.value).values(stop_asked=True, updated_at=now)
    )


async def ended_among(connection: AsyncConnection, run_ids: list[str]) -> set[str]:
    """Those of the given ids that have ended."""
    query = sa.select(code_run.c.id).where(code_run.c.id.in_(run_ids), code_run.c.state == CodeState.ENDED.value)
    return set((await connection.execute(query)).scalars())


def from_row(row: Any, attempts: tuple[CodeAttempt, ...]) -> CodeRun:
    """One row of the table as the noun."""
    return CodeRun(
        id=row.id, program=Program(**row.program), goal=row.goal, attempts_max=row.attempts_max, state=CodeState(row.state),
        outcome=CodeOutcome(row.outcome) if row.outcome else None, reason=row.reason, stage=row.stage, live_log=row.live_log,
        stop_asked=row.stop_asked, worker_id=row.worker_id or "", takeovers=row.takeovers, created_at=row.created_at,
        updated_at=row.updated_at, ended_at=row.ended_at, attempts=attempts,
    )  # fmt: skip


def _attempt(row: Any) -> CodeAttempt:
    return CodeAttempt(
        number=row.number, files=row.files, answer=row.answer, diff=row.diff, prompt_tokens=row.prompt_tokens,
        output_tokens=row.output_tokens, exit_code=row.exit_code, reason=row.reason, log=row.log,
        error=_error(row.error), seconds=row.seconds, started_at=row.started_at, ended_at=row.ended_at,
    )  # fmt: skip


def _error(stored: Json | None) -> ProgramError | None:
    if not stored:
        return None
    frames = tuple(Frame(**frame) for frame in cast("list[Json]", stored["frames"]))
    return ProgramError(
        stored["kind"], stored["message"], stored["file"], stored["line"], frames, tuple(cast("list[str]", stored["others"]))
    )
