"""Recall as a whole: the searches, the comparison, a second look by a reranker, the packed lines."""

import asyncio
import time
from collections.abc import Callable

from forgecrew.memory.recall.asked import Asked, Recalled
from forgecrew.memory.recall.code_lines import CodeLines
from forgecrew.memory.recall.comparing import compare
from forgecrew.memory.recall.packed import pack
from forgecrew.memory.recall.reranking import reranked
from forgecrew.memory.recall.searching import Searching
from forgecrew.memory.vectors.index import VectorIndex
from forgecrew.ports.embedder import Embedder
from forgecrew.ports.reranker import Reranker
from forgecrew.store.database import Database

EMBED_SECONDS = 0.5
"""Longer nobody waits for what is near in meaning: words alone answer then. A model that is loading goes on doing so."""
RERANK_SECONDS = 0.2


class Recaller:
    """One per process. `index_of` makes the search for a model's vectors; without an embedder words alone are searched."""

    def __init__(
        self, database: Database, embedder: Embedder | None = None, index_of: Callable[[str], VectorIndex] | None = None,
        reranker: Reranker | None = None, *, embed_seconds: float = EMBED_SECONDS, rerank_seconds: float = RERANK_SECONDS,
        code: CodeLines | None = None,
    ) -> None:  # fmt: skip
        self._database, self._reranker, self._rerank_seconds = database, reranker, rerank_seconds
        self._searching = Searching(database, embedder, index_of, embed_seconds=embed_seconds)
        self._code = code or CodeLines(database)

    async def recall(self, asked: Asked) -> Recalled:
        """What memory holds about it, packed; nothing when nothing is relevant enough."""
        began = time.perf_counter()
        (asked, seen), code = await asyncio.gather(self._searching.search(asked), self._code.lines(asked))
        ordered = await asyncio.to_thread(compare, seen, asked)
        if self._reranker is not None:
            ordered = await reranked(self._reranker, ordered, asked, timeout_seconds=self._rerank_seconds)
        done = await self._database.read_at_once(
            lambda connection: pack(connection, asked, ordered, seen.facts, focused=seen.focused, code=code)
        )
        done.milliseconds = (time.perf_counter() - began) * 1000
        return done

    def begin(self) -> None:
        """As `Recalls` says."""
        self._searching.begin()

    async def close(self) -> None:
        """As `Recalls` says."""
        await self._code.close()
        await self._searching.close()
