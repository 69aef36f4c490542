"""Looking around in the graph: names by a part of them, how much hangs on an entity, when it changed. All inside a scope."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.store.queries import entities
from forgecrew.store.queries.entities import Entity
from forgecrew.store.queries.relations import Direction, Relation, from_row, true_at, with_far_end
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.entity import alias, entity
from forgecrew.store.tables.relation import relation


async def everything(connection: AsyncConnection) -> Scope:
    """The scope of the operator of this installation: what is public and every private repository that memory has met."""
    query = sa.select(entity.c.readers).where(entity.c.kind == "repo", entity.c.readers != "secret").distinct()
    return Scope(frozenset({"public", *(await connection.execute(query)).scalars()}))


async def named_about(connection: AsyncConnection, scope: Scope, text: str, *, limit: int = 20) -> list[Entity]:
    """Entities whose key or name holds the text, or that have it as another name; the exact ones first, then the newest."""
    low = text.lower()
    key, name = sa.func.lower(entity.c.key), sa.func.lower(entity.c.name)
    other = sa.select(alias.c.entity_id).where(sa.func.lower(alias.c.text) == low)
    holds = sa.or_(key.contains(low, autoescape=True), name.contains(low, autoescape=True), entity.c.id.in_(other))
    ends = sa.or_(*(key.endswith(mark + low, autoescape=True) for mark in ("#", ":", "/", "@")))
    begins = sa.or_(name.startswith(low, autoescape=True), key.startswith(low, autoescape=True))
    nearness = sa.case((sa.or_(key == low, name == low), 0), (ends, 1), (begins, 2), else_=3)
    query = sa.select(entity).where(holds, entity.c.kind != "value", visible(entity, scope))
    query = query.order_by(nearness, entity.c.last_seen.desc(), entity.c.id).limit(limit)
    return [entities.from_row(row) for row in await connection.execute(query)]


async def newest(connection: AsyncConnection, scope: Scope, kinds: Sequence[str], *, limit: int) -> list[Entity]:
    """Entities of some kinds, the one seen last first."""
    query = sa.select(entity).where(entity.c.kind.in_(kinds), visible(entity, scope))
    return [entities.from_row(row) for row in await connection.execute(query.order_by(entity.c.last_seen.desc()).limit(limit))]


async def degrees(
    connection: AsyncConnection, scope: Scope, entity_id: int, direction: Direction, *, at: datetime | None = None
) -> dict[str, int]:
    """How many relations of each kind held at a moment (hold now when None)."""
    near, far = (relation.c.src, relation.c.dst) if direction == "from" else (relation.c.dst, relation.c.src)
    query = (
        sa.select(relation.c.kind, sa.func.count())
        .join(entity, entity.c.id == far)
        .where(near == entity_id, true_at(at), visible(relation, scope), visible(entity, scope))
        .group_by(relation.c.kind)
        .order_by(relation.c.kind)
    )
    return {kind: count for kind, count in (await connection.execute(query)).tuples()}


async def some(
    connection: AsyncConnection, scope: Scope, entity_id: int, kind: str, direction: Direction, *, at: datetime | None = None,
    skip: int = 0, limit: int = 20,
) -> list[Relation]:  # fmt: skip
    """Relations of one kind that held at a moment, newest first, without so many of the newest as `skip` says."""
    near, far = (relation.c.src, relation.c.dst) if direction == "from" else (relation.c.dst, relation.c.src)
    query = with_far_end(far).where(
        near == entity_id, relation.c.kind == kind, true_at(at), visible(relation, scope), visible(entity, scope)
    )
    query = query.order_by(relation.c.valid_from.desc(), relation.c.id.desc()).offset(skip).limit(limit)
    return [from_row(row) for row in await connection.execute(query)]


async def moments(connection: AsyncConnection, scope: Scope, entity_id: int, *, limit: int = 400) -> list[datetime]:
    """When something about an entity began or ended, oldest first, each moment once; of more than `limit` the newest."""
    found: set[datetime] = set()
    for time in (relation.c.valid_from, relation.c.valid_to):
        query = sa.select(time).distinct().where(
            sa.or_(relation.c.src == entity_id, relation.c.dst == entity_id), relation.c.superseded_at.is_(None),
            time.is_not(None), visible(relation, scope),
        )  # fmt: skip
        found.update((await connection.execute(query.order_by(time.desc()).limit(limit))).scalars())
    return sorted(found)[-limit:]
