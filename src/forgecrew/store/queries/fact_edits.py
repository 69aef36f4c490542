"""Facts whose text was edited or taken away, and texts that stand there again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.fact import fact


async def strayed(connection: AsyncConnection, prefix: str, *, limit: int) -> Sequence[Any]:
    """Facts that hold although their text does not stand there any more."""
    query = sa.select(fact).join(chunk, chunk.c.id == fact.c.chunk_id).where(
        ~chunk.c.live, fact.c.superseded_at.is_(None), fact.c.valid_to.is_(None),
        fact.c.extractor.startswith(prefix, autoescape=True),
    )  # fmt: skip
    return (await connection.execute(query.limit(limit))).all()


async def back_again(connection: AsyncConnection, prefix: str, *, limit: int) -> Sequence[Any]:
    """Facts that ended with their text, which stands there again."""
    query = sa.select(fact).join(chunk, chunk.c.id == fact.c.chunk_id).where(
        chunk.c.live, fact.c.superseded_at.is_(None), fact.c.valid_to.is_not(None),
        fact.c.extractor.startswith(prefix, autoescape=True),
    )  # fmt: skip
    return (await connection.execute(query.limit(limit))).all()


async def standing_at(connection: AsyncConnection, source_key: str) -> Sequence[Any]:
    """The pieces of what stands at a place now; one empty piece when nothing does."""
    where = (chunk.c.source_key == source_key, chunk.c.live)
    return (await connection.execute(sa.select(chunk.c.id, chunk.c.text, chunk.c.told_at).where(*where))).all()


async def move(connection: AsyncConnection, fact_id: int, chunk_id: int) -> None:
    """It stands in another version of its text."""
    await connection.execute(sa.update(fact).where(fact.c.id == fact_id).values(chunk_id=chunk_id))


async def end(connection: AsyncConnection, fact_id: int, at: datetime | None) -> None:
    """It held until then; None lets it hold again."""
    await connection.execute(sa.update(fact).where(fact.c.id == fact_id).values(valid_to=at))
