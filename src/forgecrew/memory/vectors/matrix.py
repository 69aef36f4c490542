"""The search by meaning in this process: one matrix per model, read from the database when it is first asked, then kept up.

The matrix only picks candidates, among rows that the scope allows. The database has the last word: it is asked which of them
are live and allowed at this very moment, and gives the vectors by which they are scored.
"""

import asyncio
from pathlib import Path

import numpy as np

from forgecrew.core.scope import Scope
from forgecrew.memory.vectors.compare import nearest
from forgecrew.memory.vectors.halves import from_bytes
from forgecrew.memory.vectors.keeping_up import KeptUp
from forgecrew.ports.embedder import Vectors
from forgecrew.store.database import Database
from forgecrew.store.queries import vector_rows

IDLE_SECONDS = 600.0
MORE = 64
"""A search looks at so many more than were asked for: some may have lost their place since."""


class MatrixIndex:
    """See index.py; any number of searches may run at once. `folder` takes a file when there are very many rows."""

    def __init__(self, database: Database, model_id: str, folder: Path | None = None) -> None:
        self.model_id = model_id
        self._database, self._kept = database, KeptUp(database, model_id, folder)
        self._resting: asyncio.TimerHandle | None = None

    async def search(self, query_vector: Vectors, scope: Scope, limit: int) -> list[tuple[int, float]]:
        """The first search reads the table. Raises ConfigError when the vectors that are kept have another dimension."""
        found = await self.candidates(query_vector, scope, limit + MORE)
        async with self._database.read() as connection:
            held = await vector_rows.still_allowed(connection, scope, self.model_id, found)
        if not held:
            return []
        scores = from_bytes([kept for _, kept in held]) @ query_vector.reshape(-1).astype(np.float32)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [(held[place][0], float(scores[place])) for place in best.tolist()]

    async def candidates(self, query_vector: Vectors, scope: Scope, limit: int) -> list[int]:
        """By the matrix alone. Raises as the search does."""
        query = np.ascontiguousarray(query_vector.reshape(-1), np.float32)
        try:
            rows = await self._kept.fresh(len(query))
            return (await asyncio.to_thread(nearest, rows.view(), query, rows.allowed(scope), limit)).tolist()
        finally:
            self._rest_later()

    def _rest_later(self) -> None:
        """What nobody searches gives its memory back; the next search reads it again.

        Counted from the end of a search: a first one may read for longer than the rest would wait.
        """
        if self._resting:
            self._resting.cancel()
        self._resting = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._kept.let_go)
