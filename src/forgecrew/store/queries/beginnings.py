"""When threads were opened, and what is kept of texts that named them before."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.moment import parse_moment
from forgecrew.store.tables.chunk import chunk, mention
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.relation import relation

_BEGAN = "opened_at"
_OF = sa.select(entity.c.id, entity.c.attrs).where(entity.c.id.in_(sa.bindparam("ids", expanding=True)))


async def of(connection: AsyncConnection, entity_ids: Sequence[int]) -> dict[int, datetime]:
    """The moments that are known, by the id of the thread."""
    rows = await connection.execute(_OF, {"ids": list(entity_ids)})
    return {row.id: at for row in rows if (at := parse_moment(str(row.attrs.get(_BEGAN) or "")))}


async def keep(connection: AsyncConnection, entity_id: int, at: datetime) -> None:
    """Note when a thread was opened."""
    attrs = (await connection.execute(sa.select(entity.c.attrs).where(entity.c.id == entity_id))).scalar_one()
    values = {"attrs": {**attrs, _BEGAN: at.isoformat()}}
    await connection.execute(sa.update(entity).where(entity.c.id == entity_id).values(values))


async def drop_earlier(connection: AsyncConnection, entity_id: int, at: datetime, extractor: str, *, now: datetime) -> None:
    """Texts of before name it no more, and what they said of it was never so."""
    older = sa.select(chunk.c.id).where(chunk.c.at < at)
    named = sa.select(mention.c.chunk_id).where(mention.c.entity_id == entity_id)
    await connection.execute(
        sa.delete(mention).where(
            mention.c.entity_id == entity_id, mention.c.chunk_id.in_(older.where(chunk.c.id.in_(named)))
        )
    )  # fmt: skip
    await connection.execute(
        sa.update(relation)
        .where(
            relation.c.dst == entity_id, relation.c.extractor == extractor, relation.c.valid_from < at,
            relation.c.superseded_at.is_(None),
        )
        .values(superseded_at=now)
    )  # fmt: skip
