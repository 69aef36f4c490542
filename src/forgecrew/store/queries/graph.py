"""Questions over more than one relation, each bound to a scope at every step."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.store.queries.relations import true_at
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.relation import relation


async def by_two_steps(
    connection: AsyncConnection, scope: Scope, target_id: int, *, through: str, to: str, limit: int
) -> Sequence[Any]:
    """Entities that things which point at a target point to as well, with how often (count) and when last (last_at)."""
    first, second = relation.alias(), relation.alias()
    last_at = sa.func.max(first.c.valid_from, type_=relation.c.valid_from.type).label("last_at")
    count = sa.func.count(sa.distinct(first.c.src)).label("count")
    query = (
        sa.select(entity.c.id, entity.c.key, entity.c.name, count, last_at)
        .select_from(first)
        .join(second, sa.and_(second.c.src == first.c.src, second.c.kind == to))
        .join(entity, entity.c.id == second.c.dst)
        .where(
            first.c.dst == target_id, first.c.kind == through, first.c.superseded_at.is_(None),
            second.c.superseded_at.is_(None), visible(first, scope), visible(second, scope), visible(entity, scope),
        )
        .group_by(entity.c.id, entity.c.key, entity.c.name)
        .order_by(sa.desc("count"), sa.desc("last_at"), entity.c.id)
        .limit(limit)
    )  # fmt: skip
    return (await connection.execute(query)).all()


async def having(connection: AsyncConnection, scope: Scope, entity_ids: Sequence[int], kind: str, value: str) -> set[int]:
    """Those entities whose relation of a kind leads to a value now, e.g. whose state is open."""
    query = (
        sa.select(relation.c.src)
        .join(entity, entity.c.id == relation.c.dst)
        .where(
            relation.c.src.in_(entity_ids), relation.c.kind == kind, true_at(None), visible(relation, scope),
            entity.c.kind == "value", entity.c.key == value,
        )
    )  # fmt: skip
    return set((await connection.execute(query)).scalars())
