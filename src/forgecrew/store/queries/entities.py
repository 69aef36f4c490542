"""Entities as they are found inside a scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.store.queries.scoped import visible
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
