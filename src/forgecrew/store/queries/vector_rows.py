"""What a search by meaning keeps of vectors in memory: read in the order of chunks, compared again, checked at the end.

Outer joins on purpose: with an inner one SQLite begins at the vectors, and reads all of them for a handful of chunks.
"""

import functools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.store.queries.chunks import COLUMNS, Chunk, from_row
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.vector import vector

_SOME = 500
LABEL = (chunk.c.repo, chunk.c.readers, chunk.c.integrity, sa.func.lower(chunk.c.author).label("author"))
"""What decides who may read a chunk."""


async def after(
    connection: AsyncConnection, model_id: str, dimension: int, newest: int, *, limit: int
) -> Sequence[sa.Row[Any]]:
    """Live chunks with text above an id, in order: id, repo, readers, integrity, author, v16 (None until it is embedded)."""
    made = sa.and_(vector.c.text_hash == chunk.c.text_hash, vector.c.model_id == model_id, vector.c.dim == dimension)
    query = sa.select(chunk.c.id, *LABEL, vector.c.v16).outerjoin(vector, made)
    query = query.where(chunk.c.live, chunk.c.text != "", chunk.c.id > newest).order_by(chunk.c.id).limit(limit)
    return (await connection.execute(query)).all()


async def made_for(connection: AsyncConnection, model_id: str, dimension: int, ids: Sequence[int]) -> Sequence[sa.Row[Any]]:
    """Those of some chunks that are embedded by now: id, repo, readers, integrity, author, v16."""
    made = sa.and_(vector.c.text_hash == chunk.c.text_hash, vector.c.model_id == model_id, vector.c.dim == dimension)
    found: list[sa.Row[Any]] = []
    for start in range(0, len(ids), _SOME):
        query = sa.select(chunk.c.id, *LABEL, vector.c.v16).outerjoin(vector, made)
        query = query.where(chunk.c.live, chunk.c.id.in_(ids[start : start + _SOME]))
        found += [row for row in await connection.execute(query) if row.v16 is not None]
    return found


async def labels_after(connection: AsyncConnection, newest: int, *, limit: int) -> Sequence[sa.Row[Any]]:
    """Live chunks with text above an id, in order: id, repo, readers, integrity, author."""
    query = sa.select(chunk.c.id, *LABEL).where(chunk.c.live, chunk.c.text != "", chunk.c.id > newest)
    return (await connection.execute(query.order_by(chunk.c.id).limit(limit))).all()


async def count(connection: AsyncConnection, model_id: str) -> int:
    """How many texts have a vector of a model."""
    query = sa.select(sa.func.count()).select_from(vector).where(vector.c.model_id == model_id)
    return int((await connection.execute(query)).scalar_one())


async def dimension_of(connection: AsyncConnection, model_id: str) -> int:
    """The length of the vectors of a model; 0 while there are none."""
    query = sa.select(vector.c.dim).where(vector.c.model_id == model_id).limit(1)
    return int((await connection.execute(query)).scalar() or 0)


async def still_allowed(
    connection: AsyncConnection, scope: Scope, model_id: str, ids: Sequence[int]
) -> list[tuple[int, bytes]]:
    """(chunk id, fp16 vector) of those among some chunks that are live and inside the scope at this moment."""
    made = sa.and_(vector.c.text_hash == chunk.c.text_hash, vector.c.model_id == model_id)
    query = sa.select(chunk.c.id, vector.c.v16).outerjoin(vector, made)
    query = query.where(chunk.c.id.in_(ids), chunk.c.live, visible(chunk, scope))
    return [(id, v16) for id, v16 in (await connection.execute(query)).all() if v16 is not None]


async def chunks_with(
    connection: AsyncConnection, scope: Scope, model_id: str, ids: Sequence[int]
) -> list[tuple[Chunk, bytes | None]]:  # fmt: skip
    """Those of some chunks that are live and inside the scope at this moment, each with its fp16 vector where it has one."""
    found = await connection.execute(_chunks_with(scope, model_id), {"ids": ids})
    return [(from_row(row[:-1]), row[-1]) for row in found.all()]


@functools.lru_cache(maxsize=64)
def _chunks_with(scope: Scope, model_id: str) -> sa.Select[Any]:
    """Kept, since putting it together takes as long as reading some thirty rows."""
    made = sa.and_(vector.c.text_hash == chunk.c.text_hash, vector.c.model_id == model_id)
    query = sa.select(*COLUMNS, vector.c.v16).outerjoin(vector, made)
    return query.where(chunk.c.id.in_(sa.bindparam("ids", expanding=True)), chunk.c.live, visible(chunk, scope))
