"""Lists of tasks: for the pages, and the facts that triggers decide on."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.outcome import Outcome
from forgecrew.core.stored_intent import IntentState
from forgecrew.core.subject import Subject
from forgecrew.core.task import Task, TaskState
from forgecrew.store.queries.tasks import from_row
from forgecrew.store.tables.event import event
from forgecrew.store.tables.intent import intent
from forgecrew.store.tables.task import task

WATCHED_MAX = 50
_SILENT = (Outcome.ASKED.value, Outcome.NOT_READY.value)

# A pull request can be reviewed before the run that opened it has ended and told its number.
_OPENED = sa.select(intent.c.task_id).where(
    intent.c.repo == sa.bindparam("repo"), intent.c.kind == "open_pull", intent.c.state == IntentState.DONE.value,
    intent.c.result["number"].as_integer() == sa.bindparam("number"),
)  # fmt: skip
_CONCERNING = (
    sa.select(task, event.c.payload["head_sha"].as_string().label("head_sha"))
    .outerjoin(event, event.c.id == task.c.event_id)
    .where(
        sa.or_(
            task.c.subject_key == sa.bindparam("key"),
            sa.and_(task.c.repo == sa.bindparam("repo"), task.c.pull_number == sa.bindparam("number")),
            task.c.id.in_(_OPENED),
        )
    )
    .order_by(task.c.id.desc())
    .limit(50)
)
"""Made once: it is asked for every event, and making it costs more than asking it."""


async def recent(
    connection: AsyncConnection, *, states: Sequence[TaskState] = (), role: str = "", limit: int = 50, before_id: int = 0
) -> list[Task]:
    """Newest first; `before_id` pages on."""
    query = sa.select(task).order_by(task.c.id.desc()).limit(limit)
    if states:
        query = query.where(task.c.state.in_([state.value for state in states]))
    if role:
        query = query.where(task.c.role == role)
    if before_id:
        query = query.where(task.c.id < before_id)
    return [from_row(row) for row in await connection.execute(query)]


async def counts(connection: AsyncConnection) -> dict[TaskState, int]:
    """How many tasks there are in each state."""
    rows = await connection.execute(sa.select(task.c.state, sa.func.count()).group_by(task.c.state))
    found = {TaskState(state): number for state, number in rows}
    return {state: found.get(state, 0) for state in TaskState}


async def concerning(connection: AsyncConnection, subject: Subject) -> list[tuple[Task, str]]:
    """Tasks about a subject or whose pull request it is, newest first, each with the head commit that its event told."""
    told = {"key": subject.key, "repo": str(subject.repo), "number": subject.number or -1}
    return [(from_row(row), row.head_sha or "") for row in await connection.execute(_CONCERNING, told)]


async def open_among(connection: AsyncConnection, ids: Collection[int]) -> set[int]:
    """Those of the given tasks that have not ended."""
    query = sa.select(task.c.id).where(task.c.id.in_(ids), task.c.state != TaskState.ENDED.value)
    return set((await connection.execute(query)).scalars())


async def watched(connection: AsyncConnection, agent: str, *, since: datetime) -> list[Task]:
    """Tasks of an agent that wait for something to happen on the forge, or ended with a question since; newest first."""
    query = (
        sa.select(task)
        .where(
            task.c.agent == agent,
            sa.or_(
                task.c.state == TaskState.WAITING.value,
                sa.and_(task.c.state == TaskState.ENDED.value, task.c.outcome.in_(_SILENT), task.c.updated_at >= since),
            ),
        )
        .order_by(task.c.id.desc())
        .limit(WATCHED_MAX)
    )
    return [from_row(row) for row in await connection.execute(query)]
