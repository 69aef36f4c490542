"""The exact search: reads all vectors that a scope allows and compares each of them."""

import asyncio

import numpy as np

from forgecrew.core.scope import Scope
from forgecrew.memory.vectors.halves import from_bytes
from forgecrew.ports.embedder import Vectors
from forgecrew.store.database import Database
from forgecrew.store.queries import vectors

READ_MAX = 20_000
"""The newest so many are compared: reading more takes longer than anybody waits."""


class ExactIndex:
    """See index.py; right for some ten thousand texts."""

    def __init__(self, database: Database, model_id: str) -> None:
        self.model_id = model_id
        self._database = database

    async def search(self, query_vector: Vectors, scope: Scope, limit: int) -> list[tuple[int, float]]:
        """Reads from the database every time; nothing is kept in memory."""
        async with self._database.read() as connection:
            held = await vectors.in_scope(connection, scope, self.model_id, limit=READ_MAX)
        return await asyncio.to_thread(_nearest, held, query_vector, limit)

    async def candidates(self, query_vector: Vectors, scope: Scope, limit: int) -> list[int]:
        """Those of the search."""
        return [id for id, _ in await self.search(query_vector, scope, limit)]


def _nearest(held: list[tuple[int, bytes]], query_vector: Vectors, limit: int) -> list[tuple[int, float]]:
    if not held:
        return []
    scores = from_bytes([half for _, half in held]) @ query_vector.reshape(-1).astype(np.float32)
    best = np.argsort(-scores, kind="stable")[:limit]
    return [(held[place][0], float(scores[place])) for place in best.tolist()]
