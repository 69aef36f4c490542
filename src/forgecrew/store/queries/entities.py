"""Entities as they are found inside a scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.entity import alias
from forgecrew.store.tables.entity import entity as table


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity as it is kept."""

    id: int
    kind: str
    key: str
    name: str
    repo: str
    readers: str


def from_row(row: Any) -> Entity:
    """One row as the noun."""
    return Entity(row.id, row.kind, row.key, row.name, row.repo, row.readers)


async def find(connection: AsyncConnection, scope: Scope, kind: str, key: str) -> Entity | None:
    """One entity by its key."""
    query = sa.select(table).where(table.c.kind == kind, table.c.key == key, visible(table, scope))
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else from_row(row)


async def by_ids(connection: AsyncConnection, scope: Scope, ids: Sequence[int]) -> dict[int, Entity]:
    """Entities by id; those that the scope hides are left out."""
    query = sa.select(table).where(table.c.id.in_(ids), visible(table, scope))
    return {row.id: from_row(row) for row in await connection.execute(query)}


async def named_like(
    connection: AsyncConnection, scope: Scope, names: Sequence[str], *, kinds: Sequence[str] = (), limit: int = 20
) -> list[Entity]:
    """Entities whose key, name or other name is one of the given, exactly."""
    other = sa.select(alias.c.entity_id).where(alias.c.text.in_(names))
    query = sa.select(table).where(
        sa.or_(table.c.key.in_(names), table.c.name.in_(names), table.c.id.in_(other)), visible(table, scope)
    )
    if kinds:
        query = query.where(table.c.kind.in_(kinds))
    return [from_row(row) for row in await connection.execute(query.order_by(table.c.last_seen.desc()).limit(limit))]
