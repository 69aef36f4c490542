"""Recall as a whole: the question as a vector, the search inside the scope, a second look by a reranker, the packed lines."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace

from forgecrew.core.errors import ForgecrewError
from forgecrew.memory.recall.asked import Asked, Recalled
from forgecrew.memory.recall.code_lines import CodeLines
from forgecrew.memory.recall.looking import compare, look
from forgecrew.memory.recall.packed import pack
from forgecrew.memory.recall.reranking import reranked
from forgecrew.memory.vectors.index import VectorIndex
from forgecrew.ports.embedder import Embedder, Vectors
from forgecrew.ports.reranker import Reranker
from forgecrew.store.database import Database

log = logging.getLogger(__name__)

EMBED_SECONDS = 0.25
"""Longer nobody waits for the question's vector: words alone answer then. A model that is loading goes on doing so."""
RERANK_SECONDS = 0.2
QUESTION_CHARACTERS_MAX = 1_000
ARM_MAX = 100


class Recaller:
    """One per process. `index_of` makes the search for a model's vectors; without an embedder words alone are searched."""

    def __init__(
        self, database: Database, embedder: Embedder | None = None, index_of: Callable[[str], VectorIndex] | None = None,
        reranker: Reranker | None = None, *, embed_seconds: float = EMBED_SECONDS, rerank_seconds: float = RERANK_SECONDS,
        code: CodeLines | None = None,
    ) -> None:  # fmt: skip
        self._database, self._embedder, self._index_of, self._reranker = database, embedder, index_of, reranker
        self._embed_seconds, self._rerank_seconds = embed_seconds, rerank_seconds
        self._index: VectorIndex | None = None
        self._asking: asyncio.Task[Vectors | None] | None = None
        self._told = ""
        self._code = code or CodeLines(database)

    async def recall(self, asked: Asked) -> Recalled:
        """What memory holds about it, packed; nothing when nothing is relevant enough."""
        began = time.perf_counter()
        rows, code = await asyncio.gather(self._vector(asked), self._code.lines(asked))
        near: list[tuple[int, float]] = []
        model_id = ""
        if rows is not None and self._index is not None:
            asked, model_id = replace(asked, vector=rows), self._index.model_id
            near = await self._index.search(rows, asked.scope, ARM_MAX)
        seen = await self._database.read_at_once(lambda connection: look(connection, asked, near, model_id))
        ordered = await asyncio.to_thread(compare, seen, asked)
        if self._reranker is not None:
            ordered = await reranked(self._reranker, ordered, asked, timeout_seconds=self._rerank_seconds)
        done = await self._database.read_at_once(
            lambda connection: pack(connection, asked, ordered, seen.facts, focused=seen.focused, code=code)
        )
        done.milliseconds = (time.perf_counter() - began) * 1000
        return done

    async def close(self) -> None:
        """Give up a question that is still on its way to the embedder, and code that is looked for."""
        await self._code.close()
        if self._asking is not None:
            self._asking.cancel()

    async def _vector(self, asked: Asked) -> Vectors | None:
        """The question as one unit row; None when there is no embedder, or none that answers in time."""
        if self._embedder is None or self._index_of is None:
            return None
        if self._asking is not None and not self._asking.done():
            return None  # one at a time: whoever loads a model is not asked again meanwhile
        text = f"{asked.text}\n{asked.more}"[:QUESTION_CHARACTERS_MAX]
        self._asking = asyncio.create_task(self._embed(self._embedder, self._index_of, text))
        done, _ = await asyncio.wait({self._asking}, timeout=self._embed_seconds)
        return self._asking.result() if done else None

    async def _embed(self, embedder: Embedder, index_of: Callable[[str], VectorIndex], text: str) -> Vectors | None:
        try:
            if self._index is None:
                self._index = index_of((await embedder.profile()).model_id)
            return (await embedder.embed([text], query=True))[0]
        except ForgecrewError as error:
            if str(error) != self._told:
                log.info("memory searches by words alone: %s", error)
                self._told = str(error)
            return None
