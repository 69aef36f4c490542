"""Tasks: made, woken, asked to stop."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.core.label import Label
from forgecrew.core.moment import utc_now
from forgecrew.core.new_task import NewTask
from forgecrew.core.outcome import Outcome
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.core.task import Priority, Task, TaskState
from forgecrew.store.queries.inserting import insert_new
from forgecrew.store.tables.task import task

OPEN = task.c.state != TaskState.ENDED.value


def from_row(row: Any) -> Task:
    """One row of the table as the noun."""
    return Task(
        id=row.id, role=row.role, agent=row.agent,
        subject=Subject(RepoRef.parse(row.repo), row.subject_kind, row.subject_number),
        state=TaskState(row.state), priority=Priority(row.priority), asked_by=row.asked_by, title=row.title,
        label=Label.parse(row.label), pull_number=row.pull_number, outcome=Outcome(row.outcome) if row.outcome else None,
        reason=row.reason, stop_asked=row.stop_asked, attempts=row.attempts, state_json=row.state_json,
        created_at=row.created_at, updated_at=row.updated_at,
    )  # fmt: skip


async def create(connection: AsyncConnection, new: NewTask, *, event_id: str | None = None) -> int | None:
    """Id of a new queued task; None when one for (subject, role) is already open."""
    now = utc_now()
    values: Json = {
        "role": new.role, "agent": new.agent, "repo": str(new.subject.repo), "subject_kind": new.subject.kind,
        "subject_number": new.subject.number, "subject_key": new.subject.key, "title": new.title,
        "state": TaskState.QUEUED.value, "priority": int(new.priority), "asked_by": new.asked_by, "label": str(new.label),
        "event_id": event_id, "state_json": {}, "created_at": now, "updated_at": now,
    }  # fmt: skip
    return await insert_new(connection, task, values, task.c.id)


async def get(connection: AsyncConnection, task_id: int) -> Task | None:
    """One task."""
    row = (await connection.execute(sa.select(task).where(task.c.id == task_id))).one_or_none()
    return None if row is None else from_row(row)


async def wake(connection: AsyncConnection, task_id: int, *, event_id: str | None = None) -> bool:
    """Bring a task back for a new run: waiting or ended → queued, running → again when the run ends. Whether it changed.

    An ended task stays ended while another one for (subject, role) is open.
    """
    now = utc_now()
    seen: Json = {"updated_at": now} | ({"event_id": event_id} if event_id else {})
    other = task.alias()
    rival = sa.exists().where(
        other.c.subject_key == task.c.subject_key, other.c.role == task.c.role, other.c.state != TaskState.ENDED.value,
        other.c.id != task.c.id,
    )  # fmt: skip
    one = sa.update(task).where(task.c.id == task_id)
    running = await connection.execute(
        one.where(task.c.state == TaskState.RUNNING.value, task.c.wake_asked.is_(False)).values(wake_asked=True, **seen)
    )
    queued = await connection.execute(
        one.where(sa.or_(task.c.state == TaskState.WAITING.value, sa.and_(~OPEN, ~rival)))
        .values(state=TaskState.QUEUED.value, stop_asked=False, not_before=None, **seen)
    )  # fmt: skip
    return running.rowcount + queued.rowcount > 0


async def ask_stop(connection: AsyncConnection, task_id: int, *, reason: str) -> bool:
    """Ask a running task to stop; one that is queued or waits ends at once and keeps the outcome that it has.

    Whether anything changed.
    """
    now = utc_now()
    one = sa.update(task).where(task.c.id == task_id)
    asked = await connection.execute(
        one.where(task.c.state == TaskState.RUNNING.value).values(
            stop_asked=True, wake_asked=False, reason=reason, updated_at=now
        )
    )
    ended = await connection.execute(
        one.where(task.c.state.in_([TaskState.QUEUED.value, TaskState.WAITING.value])).values(
            state=TaskState.ENDED.value, outcome=sa.func.coalesce(task.c.outcome, Outcome.STOPPED.value), reason=reason,
            stop_asked=True, updated_at=now,
        )
    )  # fmt: skip
    return asked.rowcount + ended.rowcount > 0
