"""Vectors: which texts wait for one, keeping them by text and model, and reading them inside a scope."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.store.queries.inserting import insert_unless_there
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.code_blob import code_text
from forgecrew.store.tables.vector import embedding_queue as queue
from forgecrew.store.tables.vector import vector

_SOME = 400


async def waiting(connection: AsyncConnection, *, now: datetime, limit: int) -> list[tuple[str, str]]:
    """(text hash, text) of those that wait longest; the text is empty where nothing holds it any more."""
    due = sa.or_(queue.c.not_before.is_(None), queue.c.not_before <= now)
    rows = await connection.execute(sa.select(queue.c.text_hash).where(due).order_by(queue.c.at).limit(limit))
    hashes = list(rows.scalars())
    texts: dict[str, str] = {}
    for table in (chunk, code_text):
        found = await connection.execute(sa.select(table.c.text_hash, table.c.text).where(table.c.text_hash.in_(hashes)))
        texts |= {row.text_hash: row.text for row in found}
    return [(one, texts.get(one, "")) for one in hashes]


async def known(connection: AsyncConnection, model_id: str, hashes: Sequence[str]) -> dict[str, bytes]:
    """fp16 vectors of texts, by text hash. Hashes come out of chunks that were read inside a scope."""
    found: dict[str, bytes] = {}
    for start in range(0, len(hashes), _SOME):
        some = vector.c.text_hash.in_(hashes[start : start + _SOME])
        rows = await connection.execute(sa.select(vector.c.text_hash, vector.c.v16).where(some, vector.c.model_id == model_id))
        found |= {row.text_hash: row.v16 for row in rows}
    return found


async def keep(connection: AsyncConnection, model_id: str, rows: Sequence[tuple[str, int, bytes, bytes]]) -> None:
    """Keep (text hash, dimension, fp16, bits) of one model; a text that was forgotten meanwhile gets none."""
    held = [row[0] for row in rows]
    there: set[str] = set()
    for table in (chunk, code_text):
        there |= set((await connection.execute(sa.select(table.c.text_hash).where(table.c.text_hash.in_(held)))).scalars())
    values = [
        {"text_hash": text_hash, "model_id": model_id, "dim": dim, "v16": v16, "bits": bits}
        for text_hash, dim, v16, bits in rows
        if text_hash in there
    ]
    if values:
        await connection.execute(insert_unless_there(vector), values)


async def done(connection: AsyncConnection, hashes: Sequence[str]) -> None:
    """Take texts out of the queue."""
    await connection.execute(sa.delete(queue).where(queue.c.text_hash.in_(hashes)))


async def later(connection: AsyncConnection, hashes: Sequence[str], *, not_before: datetime) -> None:
    """Let texts wait that could not be embedded."""
    changed = {"attempts": queue.c.attempts + 1, "not_before": not_before}
    await connection.execute(sa.update(queue).where(queue.c.text_hash.in_(hashes)).values(changed))


async def queue_missing(connection: AsyncConnection, model_id: str, *, now: datetime) -> int:
    """Let every live text wait that has no vector of a model: what a change of models needs; gives how many are new."""
    made = vector.alias()
    hashes: dict[str, None] = {}
    for table, live in ((chunk, sa.and_(chunk.c.live, chunk.c.text != "")), (code_text, sa.true())):
        has = sa.exists().where(made.c.text_hash == table.c.text_hash, made.c.model_id == model_id)
        waits = sa.exists().where(queue.c.text_hash == table.c.text_hash)
        query = sa.select(table.c.text_hash).where(live, ~has, ~waits).distinct()
        hashes |= dict.fromkeys((await connection.execute(query)).scalars())
    for start in range(0, len(hashes), _SOME):
        rows = [{"text_hash": one, "at": now, "attempts": 0} for one in list(hashes)[start : start + _SOME]]
        await connection.execute(insert_unless_there(queue), rows)
    return len(hashes)


async def counts(connection: AsyncConnection, model_id: str) -> dict[str, int]:
    """How many texts have a vector of a model, and how many wait."""
    made = sa.select(sa.func.count()).select_from(vector).where(vector.c.model_id == model_id)
    rows = sa.select(sa.func.count()).select_from(queue)
    return {
        "vectors": int((await connection.execute(made)).scalar_one()),
        "waiting": int((await connection.execute(rows)).scalar_one()),
    }


async def in_scope(connection: AsyncConnection, scope: Scope, model_id: str, *, limit: int) -> list[tuple[int, bytes]]:
    """(chunk id, fp16 vector) of the newest live chunks that the scope allows."""
    query = (
        sa.select(chunk.c.id, vector.c.v16)
        .join(vector, sa.and_(vector.c.text_hash == chunk.c.text_hash, vector.c.model_id == model_id))
        .where(chunk.c.live, visible(chunk, scope))
        .order_by(chunk.c.id.desc())
        .limit(limit)
    )
    return [(row.id, row.v16) for row in await connection.execute(query)]
