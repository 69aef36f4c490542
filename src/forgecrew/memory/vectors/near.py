"""The search by meaning inside PostgreSQL, where it has pgvector: vectors are copied into a table that it can search."""

import asyncio
import time

import numpy as np

from forgecrew.core.scope import Scope
from forgecrew.memory.vectors.dimension import check_dimension
from forgecrew.memory.vectors.halves import from_bytes
from forgecrew.ports.embedder import Vectors
from forgecrew.store.database import Database
from forgecrew.store.queries import near_vectors
from forgecrew.store.queries.locks import take_turn
from forgecrew.store.queries.near_vectors import NearTable

EXACT_MAX = 5_000
"""A scope that allows no more chunks than this is compared whole: an index finds too few of a small share."""
BATCH = 500
LOOK_SECONDS, REST = 1.0, 20


class NearIndex:
    """See index.py; the database must have pgvector."""

    def __init__(self, database: Database, model_id: str) -> None:
        self.model_id = model_id
        self._database = database
        self._near: NearTable | None = None
        self._copying = asyncio.Lock()
        self._due = 0.0

    async def search(self, query_vector: Vectors, scope: Scope, limit: int) -> list[tuple[int, float]]:
        """The first search makes the table. Raises ConfigError when the vectors that are kept have another dimension."""
        query = query_vector.reshape(-1)
        near = await self._fresh(len(query))
        asked = _literal(query)
        async with self._database.read() as connection:
            exact = await near_vectors.allowed_up_to(connection, scope, EXACT_MAX + 1) <= EXACT_MAX
            found = await near_vectors.nearest(connection, near, scope, asked, limit=limit, exact=exact)
            if not exact and len(found) < limit:
                found = await near_vectors.nearest(connection, near, scope, asked, limit=limit, exact=True)
        return found

    async def candidates(self, query_vector: Vectors, scope: Scope, limit: int) -> list[int]:
        """Those of the search."""
        return [id for id, _ in await self.search(query_vector, scope, limit)]

    async def _fresh(self, dimension: int) -> NearTable:
        async with self._copying:
            near = self._near
            if near is None or near.dimension != dimension:
                await check_dimension(self._database, self.model_id, dimension)
                async with self._database.write() as connection:
                    await take_turn(connection, "near_vectors")
                    near = await near_vectors.create(connection, self.model_id, dimension)
                self._near, self._due = near, 0.0
            if time.monotonic() >= self._due:
                began = time.monotonic()
                await self._copy(near)
                self._due = time.monotonic() + max(LOOK_SECONDS, REST * (time.monotonic() - began))
        return near

    async def _copy(self, near: NearTable) -> None:
        while True:
            async with self._database.read() as connection:
                held = await near_vectors.missing(connection, near, limit=BATCH)
            if held:
                told = await asyncio.to_thread(_told, held)
                async with self._database.write() as connection:
                    await near_vectors.add(connection, near, told)
            if len(held) < BATCH:
                return


def _told(held: list[tuple[str, bytes]]) -> list[tuple[str, str]]:
    rows = from_bytes([kept for _, kept in held])
    return [(text_hash, _literal(row)) for (text_hash, _), row in zip(held, rows, strict=True)]


def _literal(row: Vectors) -> str:
    return "[" + ",".join(f"{value:.7g}" for value in np.asarray(row, np.float32).tolist()) + "]"
