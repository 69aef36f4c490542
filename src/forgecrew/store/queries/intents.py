"""Intents: proposed, claimed by one executor, ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.ids import new_id
from forgecrew.core.intent import ActionClass, Intent, IntentState, StoredIntent
from forgecrew.core.json import Json
from forgecrew.core.label import Label
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.store.queries.inserting import insert_new
from forgecrew.store.queries.locks import take_turn
from forgecrew.store.tables.base import utc_now
from forgecrew.store.tables.intent import intent as table
from forgecrew.store.tables.worker import worker


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


async def set_state(
    connection: AsyncConnection, intent_id: str, state: IntentState, *, executor: str | None = None, result: Json | None = None,
    problem: str = "", not_before: datetime | None = None,
) -> bool:  # fmt: skip
    """Move an intent on; with `executor` only while that one still executes it. Whether it moved."""
    query = sa.update(table).where(table.c.id == intent_id)
    if executor is not None:
        query = query.where(table.c.executor == executor, table.c.state == IntentState.EXECUTING.value)
    moved = await connection.execute(
        query.values(state=state.value, result=result, problem=problem, not_before=not_before, updated_at=utc_now())
    )
    return moved.rowcount > 0


async def next_allowed(connection: AsyncConnection, executor: str, *, now: datetime) -> StoredIntent | None:
    """Claim the oldest allowed intent for an executor.

    None whose subject has an intent executing, so that effects on one page keep their order.
    """
    await take_turn(connection, "claim intent")
    other = table.alias()
    busy = sa.exists().where(other.c.subject_key == table.c.subject_key, other.c.state == IntentState.EXECUTING.value)
    oldest = (
        sa.select(table.c.id)
        .where(
            table.c.state == IntentState.ALLOWED.value,
            sa.or_(table.c.not_before.is_(None), table.c.not_before <= now),
            ~busy,
        )
        .order_by(table.c.created_at, table.c.id)
        .limit(1)
    )
    found = (await connection.execute(oldest)).scalar_one_or_none()
    if found is None:
        return None
    claimed = await connection.execute(
        sa.update(table)
        .where(table.c.id == found)
        .values(
            state=IntentState.EXECUTING.value, executor=executor, executing_since=now, attempts=table.c.attempts + 1,
            updated_at=now,
        )
        .returning(table)
    )  # fmt: skip
    return from_row(claimed.one())


async def ready(connection: AsyncConnection, *, now: datetime) -> bool:
    """Whether any allowed intent may be executed now: a cheap look before claiming."""
    allowed = sa.exists().where(
        table.c.state == IntentState.ALLOWED.value, sa.or_(table.c.not_before.is_(None), table.c.not_before <= now)
    )
    return bool((await connection.execute(sa.select(allowed))).scalar_one())


async def recover(connection: AsyncConnection, *, now: datetime, grace_seconds: float) -> list[str]:
    """Give intents back that a dead executor held: allowed again after a pause in which the forge finishes what it was told."""
    alive = sa.exists().where(worker.c.id == table.c.executor, worker.c.gone_at.is_(None), worker.c.lease_until >= now)
    recovered = await connection.execute(
        sa.update(table)
        .where(table.c.state == IntentState.EXECUTING.value, ~alive)
        .values(state=IntentState.ALLOWED.value, not_before=now + timedelta(seconds=grace_seconds), updated_at=now)
        .returning(table.c.id)
    )
    return list(recovered.scalars())


async def newer(connection: AsyncConnection, stored: StoredIntent) -> str | None:
    """Id of a later intent of the same kind and task that is done or will be."""
    alive = (IntentState.ALLOWED.value, IntentState.EXECUTING.value, IntentState.DONE.value)
    query = sa.select(table.c.id).where(
        table.c.task_id == stored.intent.task_id, table.c.kind == stored.intent.kind, table.c.id != stored.id,
        table.c.state.in_(alive), table.c.created_at > stored.created_at,
    )  # fmt: skip
    return (await connection.execute(query.limit(1))).scalar_one_or_none()


async def expire(connection: AsyncConnection, *, before: datetime) -> list[str]:
    """Give up what was proposed before a moment and is still waiting for a person or for the forge."""
    expired = await connection.execute(
        sa.update(table)
        .where(table.c.state.in_([IntentState.WAITING.value, IntentState.ALLOWED.value]), table.c.created_at < before)
        .values(state=IntentState.EXPIRED.value, updated_at=utc_now())
        .returning(table.c.id)
    )
    return list(expired.scalars())


async def done_of(connection: AsyncConnection, *, agent: str, kind: str, repo: RepoRef) -> list[StoredIntent]:
    """What an agent did of one kind in a repository, oldest first."""
    query = sa.select(table).where(
        table.c.agent == agent, table.c.kind == kind, table.c.repo == str(repo), table.c.state == IntentState.DONE.value
    )
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
