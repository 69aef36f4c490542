"""Texts in which a model may look for facts, and what they name."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.tables.chunk import chunk, mention
from forgecrew.store.tables.entity import entity

KINDS = ("issue", "pull", "comment", "review")
"""What people say to each other; pages, documents and commits are read without a model."""


async def sources(
    connection: AsyncConnection, *, but: Collection[str], limit: int, after: int = 0, before: int = 0
) -> Sequence[Any]:  # fmt: skip
    """Live texts that people said, by id: none of the crew (`but`, in lower case), of robots, or secret.

    The first ones after an id, or the last ones before one.
    """
    said = (
        chunk.c.id < before if before else chunk.c.id > after,
        chunk.c.live, chunk.c.provenance == "said", chunk.c.kind.in_(KINDS), chunk.c.text != "",
        chunk.c.author != "", ~chunk.c.author.endswith("[bot]", autoescape=True), chunk.c.readers != "secret",
        sa.func.lower(chunk.c.author).not_in(sorted(but)),
    )  # fmt: skip
    order = chunk.c.id.desc() if before else chunk.c.id
    rows = (await connection.execute(sa.select(chunk).where(*said).order_by(order).limit(limit))).all()
    return sorted(rows, key=lambda row: row.id)


async def newest(connection: AsyncConnection) -> int:
    """Id of the chunk that came last; 0 when there is none."""
    return int((await connection.execute(sa.select(sa.func.max(chunk.c.id)))).scalar_one() or 0)


async def source(connection: AsyncConnection, chunk_id: int) -> Any:
    """One of them; None when it is gone or not live any more."""
    return (await connection.execute(sa.select(chunk).where(chunk.c.id == chunk_id, chunk.c.live))).one_or_none()


async def is_live(connection: AsyncConnection, chunk_id: int) -> bool:
    """Whether a text still stands there."""
    return await source(connection, chunk_id) is not None


async def by_keys(connection: AsyncConnection, keys: Sequence[tuple[str, str]]) -> list[int]:
    """Ids of those entities that are known."""
    pair = sa.tuple_(entity.c.kind, entity.c.key).in_(list(keys))
    return list((await connection.execute(sa.select(entity.c.id).where(pair).order_by(entity.c.id))).scalars())


async def named_in(connection: AsyncConnection, chunk_id: int) -> Sequence[Any]:
    """Id, kind, key and name of what a text names."""
    query = sa.select(entity.c.id, entity.c.kind, entity.c.key, entity.c.name).join(mention, mention.c.entity_id == entity.c.id)
    return (await connection.execute(query.where(mention.c.chunk_id == chunk_id).order_by(entity.c.id))).all()
