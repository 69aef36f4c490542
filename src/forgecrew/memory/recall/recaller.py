"""Recall as a whole: the search by words beside that by meaning, a second look by a reranker, the packed lines."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

from forgecrew.core.scope import Scope
from forgecrew.memory.recall.asked import Asked, Recalled
from forgecrew.memory.recall.code_lines import CodeLines
from forgecrew.memory.recall.looking import Seen, compare, look, look_near
from forgecrew.memory.recall.meaning import Meaning, Near
from forgecrew.memory.recall.packed import pack
from forgecrew.memory.recall.reranking import reranked
from forgecrew.memory.term_counts import TermCounts
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
        self._meaning = Meaning(embedder, index_of, seconds_max=embed_seconds) if embedder and index_of else None
        self._counts = TermCounts()
        self._code = code or CodeLines(database)

    async def recall(self, asked: Asked) -> Recalled:
        """What memory holds about it, packed; nothing when nothing is relevant enough."""
        began = time.perf_counter()
        going = self._meaning.begin(asked) if self._meaning else None
        model_id = self._meaning.model_id if self._meaning and going else ""
        seen, code = await asyncio.gather(
            self._database.read_at_once(lambda connection: look(connection, asked, self._counts, model_id)),
            self._code.lines(asked),
        )
        near = await self._meaning.end(going) if self._meaning else None
        if near is not None:
            asked = replace(asked, vector=near.vector)
            seen = await self._beside(seen, asked, near)
        ordered = await asyncio.to_thread(compare, seen, asked)
        if self._reranker is not None:
            ordered = await reranked(self._reranker, ordered, asked, timeout_seconds=self._rerank_seconds)
        done = await self._database.read_at_once(
            lambda connection: pack(connection, asked, ordered, seen.facts, focused=seen.focused, code=code)
        )
        done.milliseconds = (time.perf_counter() - began) * 1000
        return done

    def begin(self) -> None:
        """Let a model and its vectors be loaded beside whatever goes on."""
        if self._meaning:
            self._meaning.begin(Asked("ready", Scope()))

    async def _beside(self, seen: Seen, asked: Asked, near: Near) -> Seen:
        return await self._database.read_at_once(lambda connection: look_near(connection, asked, seen, near))

    async def close(self) -> None:
        """As `Recalls` says."""
        await self._code.close()
        if self._meaning:
            await self._meaning.close()
