"""Intents as executors see them: claimed by one, ended by it, given back when it died."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.core.moment import utc_now
from forgecrew.core.stored_intent import IntentState, StoredIntent
from forgecrew.store.queries.intents import from_row
from forgecrew.store.queries.locks import take_turn
from forgecrew.store.tables.intent import intent as table
from forgecrew.store.tables.worker import worker


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


async def any_left(connection: AsyncConnection, *, now: datetime) -> bool:
    """Whether a dead executor holds an intent."""
    return (await connection.execute(sa.select(sa.exists().where(_left(now))))).scalar_one()


async def recover(connection: AsyncConnection, *, now: datetime, grace_seconds: float) -> list[str]:
    """Give intents back that a dead executor held: allowed again after a pause in which the forge finishes what it was told."""
    recovered = await connection.execute(
        sa.update(table)
        .where(_left(now))
        .values(state=IntentState.ALLOWED.value, not_before=now + timedelta(seconds=grace_seconds), updated_at=now)
        .returning(table.c.id)
    )
    return list(recovered.scalars())


async def expire(connection: AsyncConnection, *, before: datetime) -> list[str]:
    """Give up what was proposed before a moment and is still waiting for a person or for the forge."""
    expired = await connection.execute(
        sa.update(table)
        .where(table.c.state.in_([IntentState.WAITING.value, IntentState.ALLOWED.value]), table.c.created_at < before)
        .values(state=IntentState.EXPIRED.value, updated_at=utc_now())
        .returning(table.c.id)
    )
    return list(expired.scalars())


def _left(now: datetime) -> sa.ColumnElement[bool]:
    alive = sa.exists().where(worker.c.id == table.c.executor, worker.c.gone_at.is_(None), worker.c.lease_until >= now)
    return sa.and_(table.c.state == IntentState.EXECUTING.value, ~alive)
