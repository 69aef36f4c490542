"""Keeping chunks: once per place and version, and which version of a place is live."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.store.queries.inserting import insert_unless_there
from forgecrew.store.tables.chunk import chunk as table
from forgecrew.store.tables.chunk import mention
from forgecrew.store.tables.vector import embedding_queue

_PLACES: sa.BindParameter[Any] = sa.bindparam("places", expanding=True)
_VERSIONS = sa.select(table.c.source_key, table.c.version).where(table.c.source_key.in_(_PLACES), table.c.seq == 0)
_ADD = insert_unless_there(table).returning(table.c.id, table.c.source_key, table.c.version, table.c.seq)
_TOLD_AT = sa.bindparam("b_at", type_=table.c.told_at.type)
_TOLD_AGAIN = (
    sa.update(table)
    .where(
        table.c.source_key == sa.bindparam("b_source"), table.c.version == sa.bindparam("b_version"), table.c.seq == 0,
        table.c.told_at < _TOLD_AT,
    )
    .values(told_at=_TOLD_AT)
)  # fmt: skip
_other = table.alias()
_NEWEST = (
    sa.select(_other.c.version)
    .where(_other.c.source_key == table.c.source_key, _other.c.seq == 0)
    .order_by(_other.c.told_at.desc(), _other.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_SETTLE = (
    sa.update(table)
    .where(table.c.source_key.in_(_PLACES), table.c.live != (table.c.version == _NEWEST))
    .values(live=table.c.version == _NEWEST)
)


async def versions(connection: AsyncConnection, source_keys: Sequence[str]) -> set[tuple[str, str]]:
    """(source_key, version) of what is kept of some places."""
    rows = await connection.execute(_VERSIONS, {"places": list(source_keys)})
    return {(row.source_key, row.version) for row in rows}


async def add(connection: AsyncConnection, rows: Sequence[Json]) -> dict[tuple[str, str, int], int]:
    """Keep chunks; ids of those that are new, by (source_key, version, seq)."""
    if not rows:
        return {}
    return {(row.source_key, row.version, row.seq): row.id for row in await connection.execute(_ADD, list(rows))}


async def told_again(connection: AsyncConnection, told: Sequence[tuple[str, str, datetime]]) -> None:
    """Note when versions (source_key, version, at) were told once more; only their first chunk keeps that."""
    rows = [{"b_source": source, "b_version": version, "b_at": at} for source, version, at in told]
    if rows:
        await connection.execute(_TOLD_AGAIN, rows)


async def settle(connection: AsyncConnection, source_keys: Sequence[str]) -> None:
    """Of each place the version that was told last is live, and no other."""
    await connection.execute(_SETTLE, {"places": list(source_keys)})


async def add_mentions(connection: AsyncConnection, rows: Sequence[Json]) -> None:
    """Keep which chunk names which entity."""
    if rows:
        await connection.execute(insert_unless_there(mention), list(rows))


async def queue_embeddings(connection: AsyncConnection, text_hashes: Sequence[str], *, now: datetime) -> None:
    """Let texts wait for a vector; whoever makes vectors passes over those that have one of its model already."""
    rows = [{"text_hash": one, "at": now, "attempts": 0} for one in dict.fromkeys(text_hashes)]
    if rows:
        await connection.execute(insert_unless_there(embedding_queue), rows)
