"""Intents: proposed, and looked at."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.ids import new_id
from forgecrew.core.intent import ActionClass, Intent
from forgecrew.core.json import Json
from forgecrew.core.label import Label
from forgecrew.core.moment import utc_now
from forgecrew.core.stored_intent import IntentState, StoredIntent
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.store.queries.inserting import insert_new
from forgecrew.store.tables.intent import intent as table


def from_row(row: Any) -> StoredIntent:
    """One row of the table as the noun."""
    proposed = Intent(
        kind=row.kind, agent=row.agent, subject=Subject(RepoRef.parse(row.repo), row.subject_kind, row.subject_number),
        key=row.key, arguments=row.arguments, action_class=ActionClass(row.action_class), label=Label.parse(row.label),
        run_id=row.run_id, task_id=row.task_id, rationale=row.rationale,
    )  # fmt: skip
    return StoredIntent(
        id=row.id, intent=proposed, state=IntentState(row.state), attempts=row.attempts, result=row.result,
        problem=row.problem, created_at=row.created_at, updated_at=row.updated_at,
    )  # fmt: skip


async def propose(
    connection: AsyncConnection,
    intent: Intent,
    *,
    state: IntentState,
    problem: str = "",
    action_class: ActionClass | None = None,
) -> tuple[str, bool]:
    """Store an intent in a state; gives its id and whether it is new. The same key again gives the first one's id."""
    now = utc_now()
    values: Json = {
        "id": new_id(), "key": intent.key, "hash": intent.hash, "kind": intent.kind, "agent": intent.agent,
        "repo": str(intent.subject.repo), "subject_kind": intent.subject.kind, "subject_number": intent.subject.number,
        "subject_key": intent.subject.key, "arguments": intent.arguments,
        "action_class": (action_class or intent.action_class).value, "label": str(intent.label), "run_id": intent.run_id,
        "task_id": intent.task_id, "rationale": intent.rationale, "state": state.value, "problem": problem,
        "created_at": now, "updated_at": now,
    }  # fmt: skip
    made = await insert_new(connection, table, values, table.c.id)
    if made is not None:
        return made, True
    return (await connection.execute(sa.select(table.c.id).where(table.c.key == intent.key))).scalar_one(), False


async def get(connection: AsyncConnection, intent_id: str) -> StoredIntent | None:
    """One intent."""
    row = (await connection.execute(sa.select(table).where(table.c.id == intent_id))).one_or_none()
    return None if row is None else from_row(row)


async def newer(connection: AsyncConnection, stored: StoredIntent) -> str | None:
    """Id of a later intent of the same kind and task that is done or will be."""
    alive = (IntentState.ALLOWED.value, IntentState.EXECUTING.value, IntentState.DONE.value)
    query = sa.select(table.c.id).where(
        table.c.task_id == stored.intent.task_id, table.c.kind == stored.intent.kind, table.c.id != stored.id,
        table.c.state.in_(alive), table.c.created_at > stored.created_at,
    )  # fmt: skip
    return (await connection.execute(query.limit(1))).scalar_one_or_none()


async def done_of(connection: AsyncConnection, *, agent: str, kind: str, repo: RepoRef) -> list[StoredIntent]:
    """What an agent did of one kind in a repository, oldest first."""
    query = sa.select(table).where(
        table.c.agent == agent, table.c.kind == kind, table.c.repo == str(repo), table.c.state == IntentState.DONE.value
    )
    return [from_row(row) for row in await connection.execute(query.order_by(table.c.created_at))]


async def done_of_task(connection: AsyncConnection, kind: str, task_id: int) -> list[StoredIntent]:
    """What was done of one kind for a task, oldest first."""
    query = sa.select(table).where(
        table.c.task_id == task_id, table.c.kind == kind, table.c.state == IntentState.DONE.value
    )  # fmt: skip
    return [from_row(row) for row in await connection.execute(query.order_by(table.c.created_at))]


async def recent(
    connection: AsyncConnection, *, states: Sequence[IntentState] = (), task_id: int = 0, limit: int = 50
) -> list[StoredIntent]:
    """Newest first, for the pages."""
    query = sa.select(table).order_by(table.c.created_at.desc(), table.c.id.desc()).limit(limit)
    if states:
        query = query.where(table.c.state.in_([state.value for state in states]))
    if task_id:
        query = query.where(table.c.task_id == task_id)
    return [from_row(row) for row in await connection.execute(query)]
