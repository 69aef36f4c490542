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


async def read(connection: AsyncConnection, scope: Scope, model_id: str, ids: Sequence[int]) -> list[Candidate]:
    """Those of some chunks that are live and inside the scope at this moment, with their vectors of a model."""
    found = await vector_rows.chunks_with(connection, scope, model_id, ids) if ids else []
    vectors = iter(from_bytes([kept for _, kept in found if kept is not None]))
    return [Candidate(one, vector=None if kept is None else next(vectors)) for one, kept in found]


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
    there, named = {one.chunk.id for one in held}, set(near.ids)
    fresh = await read(connection, asked.scope, near.model_id, [one for one in near.ids if one not in there])
    fresh = [one for one in fresh if one.vector is not None and may_show(one.chunk, asked)]
    embedded = [(one, one.vector) for one in (*held, *fresh) if one.vector is not None]
    if embedded:
        cosines = np.concatenate([row for _, row in embedded]).reshape(len(embedded), -1) @ near.vector
        for (one, _), cosine in zip(embedded, cosines.tolist(), strict=True):
            one.cosine = cosine
    among = len(there & named)
    best = sorted(fresh, key=lambda one: -(one.cosine or 0.0))[: max(0, ARM_MAX - among)]
    return [*held, *best]
