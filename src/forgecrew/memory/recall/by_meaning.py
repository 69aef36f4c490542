"""Candidates for recall by meaning, and what each candidate has to do with the question in numbers."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.memory.recall.asked import Asked, Candidate
from forgecrew.memory.recall.may_show import may_show
from forgecrew.memory.recall.near import ARM_MAX, Near
from forgecrew.memory.vectors.halves import from_bytes
from forgecrew.store.queries import vector_rows


async def give_vectors(connection: AsyncConnection, scope: Scope, held: Sequence[Candidate], model_id: str) -> None:
    """Each candidate that is embedded gets its vector of a model."""
    known = await vector_rows.still_allowed(connection, scope, model_id, [one.chunk.id for one in held]) if held else []
    by_id = dict(zip((id for id, _ in known), from_bytes([kept for _, kept in known]), strict=True))
    for one in held:
        one.vector = by_id.get(one.chunk.id)


async def by_meaning(connection: AsyncConnection, asked: Asked, held: Sequence[Candidate], near: Near) -> list[Candidate]:
    """Those candidates, which have their vectors, and the nearest in meaning; all that are embedded with their cosines.

    Where a chunk stands now and its vector come from the database: who told what is near may be late.
    """
    there = {one.chunk.id for one in held}
    read = await vector_rows.chunks_with(connection, asked.scope, near.model_id, [one for one in near.ids if one not in there])
    vectors = from_bytes([kept for _, kept in read])
    fresh = [Candidate(one, vector=row) for (one, _), row in zip(read, vectors, strict=True) if may_show(one, asked)]
    embedded = [one for one in (*held, *fresh) if one.vector is not None]
    if embedded:
        cosines = np.stack([one.vector for one in embedded if one.vector is not None]) @ near.vector
        for one, cosine in zip(embedded, cosines.tolist(), strict=True):
            one.cosine = cosine
    named = set(near.ids)
    among = sum(one.chunk.id in named for one in held)
    best = sorted(fresh, key=lambda one: -(one.cosine or 0.0))[: max(0, ARM_MAX - among)]
    return [*held, *best]
