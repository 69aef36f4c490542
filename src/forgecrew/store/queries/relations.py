"""Relations: what holds, held, or was known to hold, inside a scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.relation import relation as table

Direction = Literal["from", "to"]


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation with the entity at its far end."""

    id: int
    kind: str
    other_id: int
    other_kind: str
    other_key: str
    other_name: str
    valid_from: datetime
    valid_to: datetime | None
    event_id: str
    confidence: float


def true_at(at: datetime | None, known_at: datetime | None = None) -> sa.ColumnElement[bool]:
    """What was so at a moment (now when None), as far as it was known at another (now when None)."""
    known = table.c.superseded_at.is_(None)
    ended = table.c.valid_to
    if known_at is not None:
        known = sa.and_(
            table.c.recorded_at <= known_at, sa.or_(table.c.superseded_at.is_(None), table.c.superseded_at > known_at)
        )
        # An end that was learnt later had not been known then.
        ended = sa.case((sa.and_(table.c.closed_at.is_not(None), table.c.closed_at > known_at), None), else_=table.c.valid_to)
    if at is None:
        return sa.and_(known, ended.is_(None))
    return sa.and_(known, table.c.valid_from <= at, sa.or_(ended.is_(None), ended > at))


async def of(
    connection: AsyncConnection, scope: Scope, entity_id: int, *, kinds: Sequence[str] = (), direction: Direction = "from",
    at: datetime | None = None, known_at: datetime | None = None, limit: int = 20,
) -> list[Relation]:  # fmt: skip
    """Relations of an entity that held at a moment (hold now when None), newest first, with what is at their far end."""
    near, far = (table.c.src, table.c.dst) if direction == "from" else (table.c.dst, table.c.src)
    query = (
        with_far_end(far)
        .where(near == entity_id, true_at(at, known_at), visible(table, scope), visible(entity, scope))
        .order_by(table.c.valid_from.desc(), table.c.id.desc())
        .limit(limit)
    )
    if kinds:
        query = query.where(table.c.kind.in_(kinds))
    return [from_row(row) for row in await connection.execute(query)]


async def history(
    connection: AsyncConnection, scope: Scope, entity_id: int, kinds: Sequence[str], *, limit: int = 200
) -> list[Relation]:
    """All that ever held of an entity, oldest first."""
    query = with_far_end(table.c.dst).where(
        table.c.src == entity_id, table.c.kind.in_(kinds), table.c.superseded_at.is_(None), visible(table, scope),
        visible(entity, scope),
    )  # fmt: skip
    return [from_row(row) for row in await connection.execute(query.order_by(table.c.valid_from, table.c.id).limit(limit))]


def with_far_end(far: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Relations, each row with the entity in that column as `other_*`."""
    columns = (table.c.id, table.c.kind, table.c.valid_from, table.c.valid_to, table.c.event_id, table.c.confidence)
    other = (entity.c.kind.label("other_kind"), entity.c.key.label("other_key"), entity.c.name.label("other_name"))
    return sa.select(*columns, far.label("other_id"), *other).join_from(table, entity, entity.c.id == far)


def from_row(row: Any) -> Relation:
    """One row as the noun."""
    return Relation(
        row.id, row.kind, row.other_id, row.other_kind, row.other_key, row.other_name, row.valid_from, row.valid_to,
        row.event_id, row.confidence,
    )  # fmt: skip
