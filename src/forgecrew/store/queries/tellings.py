"""Tellings and the spans that follow from them: read and written as plain rows; what follows is decided elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.store.queries.inserting import insert_unless_there
from forgecrew.store.tables.relation import relation, telling

FOLLOWS = "state@"
"""How the extractors begin whose relations follow from tellings."""

_ADD = insert_unless_there(telling).returning(telling.c.entity_id, telling.c.event_id)
_NEWEST = (
    sa.select(telling.c.entity_id, sa.func.max(telling.c.at, type_=telling.c.at.type).label("at"))
    .where(
        telling.c.entity_id.in_(sa.bindparam("ids", expanding=True)),
        telling.c.event_id.not_in(sa.bindparam("but", expanding=True)),
    )
    .group_by(telling.c.entity_id)
)
_FOLLOWING = sa.select(relation).where(
    relation.c.src.in_(sa.bindparam("ids", expanding=True)), relation.c.superseded_at.is_(None),
    relation.c.extractor.startswith(FOLLOWS),
)  # fmt: skip
_FOLLOWING_OPEN = _FOLLOWING.where(relation.c.valid_to.is_(None))
_CLOSE = sa.update(relation).where(relation.c.id == sa.bindparam("b_id"))
_INSERT = sa.insert(relation)


async def add(connection: AsyncConnection, rows: Sequence[Json]) -> set[tuple[int, str]]:
    """Keep tellings; gives (entity_id, event_id) of those that are new."""
    if not rows:
        return set()
    return {(row.entity_id, row.event_id) for row in await connection.execute(_ADD, list(rows))}


async def newest(connection: AsyncConnection, entity_ids: Sequence[int], *, but: Sequence[str]) -> dict[int, datetime]:
    """The time of the newest telling of each entity, leaving out some events."""
    rows = await connection.execute(_NEWEST, {"ids": list(entity_ids), "but": list(but)})
    return {row.entity_id: row.at for row in rows}


async def of(connection: AsyncConnection, entity_id: int) -> Sequence[Any]:
    """All tellings about one entity."""
    return (await connection.execute(sa.select(telling).where(telling.c.entity_id == entity_id))).all()


async def following(connection: AsyncConnection, entity_ids: Sequence[int], *, only_open: bool) -> Sequence[Any]:
    """Live relations that follow from tellings about some entities."""
    query = _FOLLOWING_OPEN if only_open else _FOLLOWING
    return (await connection.execute(query, {"ids": list(entity_ids)})).all()


async def close(connection: AsyncConnection, ended: Sequence[tuple[int, datetime]], *, now: datetime) -> None:
    """End relations (id, when they ended in the world)."""
    if ended:
        rows = [{"b_id": id, "valid_to": until, "closed_at": now} for id, until in ended]
        await connection.execute(_CLOSE, rows)


async def supersede(connection: AsyncConnection, ids: Sequence[int], *, now: datetime) -> None:
    """Say that relations were never so."""
    if ids:
        await connection.execute(sa.update(relation).where(relation.c.id.in_(ids)).values(superseded_at=now))


async def insert(connection: AsyncConnection, rows: Sequence[Json]) -> None:
    """Keep new relations as they are."""
    if rows:
        await connection.execute(_INSERT, list(rows))
