"""Reading the graph for a copy of it: what has changed since, and page by page; never what is secret."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.ports.graph_sink import SinkEntity, SinkRelation
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.forgotten import forgotten
from forgecrew.store.tables.relation import relation

_RELATION = (
    relation.c.id, relation.c.src, relation.c.kind, relation.c.dst, relation.c.repo, relation.c.readers, relation.c.valid_from,
    relation.c.valid_to, relation.c.recorded_at,
)  # fmt: skip
_ENTITY = (entity.c.id, entity.c.kind, entity.c.key, entity.c.name, entity.c.repo, entity.c.readers)
_changed_at: sa.ColumnElement[datetime] = sa.func.coalesce(
    relation.c.superseded_at, relation.c.closed_at, relation.c.recorded_at, type_=relation.c.recorded_at.type
)


async def changed(
    connection: AsyncConnection, scope: Scope, after: tuple[datetime, int], *, limit: int
) -> list[tuple[SinkRelation, datetime, bool]]:
    """Relations that were recorded, ended or taken back after a place, in that order: (relation, when, whether it counts)."""
    when, id = after
    later = sa.or_(_changed_at > when, sa.and_(_changed_at == when, relation.c.id > id))
    query = sa.select(*_RELATION, _changed_at.label("changed_at"), relation.c.superseded_at.is_(None).label("counts"))
    query = query.where(later, visible(relation, scope)).order_by(_changed_at, relation.c.id).limit(limit)
    return [(SinkRelation(*row[:9]), row.changed_at, bool(row.counts)) for row in await connection.execute(query)]


async def entities_page(connection: AsyncConnection, scope: Scope, after: int, *, limit: int) -> list[SinkEntity]:
    """Entities by id, those after one."""
    query = sa.select(*_ENTITY).where(entity.c.id > after, visible(entity, scope)).order_by(entity.c.id).limit(limit)
    return [SinkEntity(*row) for row in await connection.execute(query)]


async def relations_page(connection: AsyncConnection, scope: Scope, after: int, *, limit: int) -> list[SinkRelation]:
    """Relations that count, by id, those after one."""
    query = sa.select(*_RELATION).where(relation.c.id > after, relation.c.superseded_at.is_(None), visible(relation, scope))
    return [SinkRelation(*row) for row in await connection.execute(query.order_by(relation.c.id).limit(limit))]


async def entities_of(connection: AsyncConnection, scope: Scope, ids: Sequence[int]) -> list[SinkEntity]:
    """Some entities by id."""
    query = sa.select(*_ENTITY).where(entity.c.id.in_(ids), visible(entity, scope))
    return [SinkEntity(*row) for row in await connection.execute(query)]


async def fingerprint(connection: AsyncConnection) -> str:
    """Changes whenever something was forgotten or a repository became private or public."""
    last, count = (
        await connection.execute(sa.select(sa.func.max(forgotten.c.id), sa.func.count()).select_from(forgotten))
    ).one()
    query = sa.select(entity.c.key, entity.c.readers).where(entity.c.kind == "repo").order_by(entity.c.key)
    repos: list[Any] = [tuple(row) for row in await connection.execute(query)]
    return f"{last}/{count}/{repos}"
