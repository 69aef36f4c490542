"""Entities: made when they are first told of, named anew when the forge tells so, and found inside a scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.core.scope import Scope
from forgecrew.store.queries.inserting import insert_unless_there
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.entity import alias
from forgecrew.store.tables.entity import entity as table

_ADD = insert_unless_there(table).returning(table.c.id, table.c.kind, table.c.key)
_CHANGE = sa.update(table).where(table.c.id == sa.bindparam("b_id"))
_KNOWN = sa.select(table.c.id, table.c.kind, table.c.key, table.c.name, table.c.readers, table.c.last_seen).where(
    sa.tuple_(table.c.kind, table.c.key).in_(sa.bindparam("pairs", expanding=True))
)

SEEN_AGAIN = timedelta(hours=1)
"""`last_seen` moves in steps of at least this: a row is not written for every event."""


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


async def keep(connection: AsyncConnection, named: Sequence[Json]) -> dict[tuple[str, str], int]:
    """Ids by (kind, key); rows hold kind, key, name, repo, readers, attrs, at and `certain`, each key once.

    Only what is certain changes the name and readers of an entity that is there, and only when it is not older.
    """
    known = await _known(connection, named)
    ids = {key: row.id for key, row in known.items()}
    fresh = [row for row in named if (row["kind"], row["key"]) not in known]
    if fresh:
        values = [
            {name: row[name] for name in ("kind", "key", "name", "repo", "readers", "attrs")}
            | {"first_seen": row["at"], "last_seen": row["at"]}
            for row in fresh
        ]
        made = await connection.execute(_ADD, values)
        ids |= {(row.kind, row.key): row.id for row in made}
    changed = [
        {"b_id": ids[row["kind"], row["key"]], "name": row["name"], "readers": row["readers"], "last_seen": row["at"]}
        for row in named
        if row["certain"] and (row["kind"], row["key"]) in known and _says_more(row, known[row["kind"], row["key"]])
    ]
    if changed:
        await connection.execute(_CHANGE, changed)
    return ids


def _says_more(row: Json, known: Any) -> bool:
    at: datetime = row["at"]
    if at < known.last_seen:
        return False
    return (row["name"], row["readers"]) != (known.name, known.readers) or at >= known.last_seen + SEEN_AGAIN


async def _known(connection: AsyncConnection, named: Sequence[Json]) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    pairs = [(row["kind"], row["key"]) for row in named]
    for start in range(0, len(pairs), 400):
        rows = await connection.execute(_KNOWN, {"pairs": pairs[start : start + 400]})
        found |= {(row.kind, row.key): row for row in rows}
    return found


async def also_called(connection: AsyncConnection, rows: Sequence[Json]) -> None:
    """Keep other names: rows hold entity_id, kind and text."""
    if rows:
        await connection.execute(insert_unless_there(alias), list(rows))


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
