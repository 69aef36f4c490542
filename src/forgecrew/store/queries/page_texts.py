"""Texts of pages that people edit: which version stands where, and which do not hold any more."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.fact import fact as table


async def expired(connection: AsyncConnection, extractor: str, *, now: datetime) -> list[int]:
    """Ids of live chunks whose fact does not hold any more."""
    over = sa.select(table.c.subject_id).where(
        table.c.extractor == extractor, table.c.superseded_at.is_(None), table.c.valid_to <= now
    )
    query = sa.select(chunk.c.id).where(chunk.c.live, chunk.c.entity_id.in_(over), chunk.c.text != "").limit(500)
    return list((await connection.execute(query)).scalars())


async def retire(connection: AsyncConnection, chunk_ids: Sequence[int]) -> None:
    """Texts are not found as current any more; they stay for questions about the past."""
    await connection.execute(sa.update(chunk).where(chunk.c.id.in_(chunk_ids)).values(live=False))


async def page_versions(connection: AsyncConnection, prefix: str) -> dict[str, str]:
    """Version of what stands at places that begin alike, by source key; expired ones too, removed ones not."""
    newest = sa.select(sa.func.max(chunk.c.told_at)).where(chunk.c.source_key == (other := chunk.alias()).c.source_key)
    query = sa.select(other.c.source_key, other.c.version).where(
        other.c.source_key.startswith(prefix, autoescape=True), other.c.seq == 0, other.c.text != "",
        other.c.told_at == newest.scalar_subquery(),
    )  # fmt: skip
    return {row.source_key: row.version for row in await connection.execute(query)}
