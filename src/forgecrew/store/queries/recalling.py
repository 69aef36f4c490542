"""Chunks for recall: what is about some entities, what names them, what stands beside a chunk; inside a scope."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.store.queries.chunks import COLUMNS, Chunk, from_row
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.chunk import chunk as table
from forgecrew.store.tables.chunk import mention


async def about(connection: AsyncConnection, scope: Scope, entity_ids: Sequence[int], *, limit: int) -> list[Chunk]:
    """Live texts that are about some entities, newest first."""
    query = sa.select(*COLUMNS).where(
        table.c.entity_id.in_(entity_ids), table.c.live, table.c.text != "", visible(table, scope)
    )
    rows = await connection.execute(query.order_by(table.c.at.desc(), table.c.seq, table.c.id).limit(limit))
    return [from_row(row) for row in rows]


async def naming_any(connection: AsyncConnection, scope: Scope, entity_ids: Sequence[int], *, limit: int) -> list[Chunk]:
    """Live texts that name any of some entities, newest first."""
    named = sa.select(mention.c.chunk_id).where(mention.c.entity_id.in_(entity_ids))
    query = sa.select(*COLUMNS).where(table.c.id.in_(named), table.c.live, visible(table, scope))
    rows = await connection.execute(query.order_by(table.c.at.desc(), table.c.id.desc()).limit(limit))
    return [from_row(row) for row in rows]


async def beside(connection: AsyncConnection, scope: Scope, one: Chunk) -> list[Chunk]:
    """What stands right before and right after a chunk in its thread, in that order; only live ones."""
    place = sa.tuple_(table.c.at, table.c.seq, table.c.id)
    here = sa.tuple_(sa.literal(one.at, table.c.at.type), sa.literal(one.seq), sa.literal(one.id))
    same = (table.c.thread_key == one.thread_key, table.c.live, table.c.text != "", visible(table, scope))
    order = (table.c.at, table.c.seq, table.c.id)
    before = sa.select(*COLUMNS).where(*same, place < here).order_by(*(column.desc() for column in order)).limit(1)
    after = sa.select(*COLUMNS).where(*same, place > here).order_by(*order).limit(1)
    return [from_row(row) for query in (before, after) for row in await connection.execute(query)]
