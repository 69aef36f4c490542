"""An embedder that gives its memory back when nobody has used it for a while."""

import time
from collections.abc import Sequence

from forgecrew.ports.embedder import Embedder, EmbedderProfile, Vectors, WordVectors

IDLE_SECONDS = 60.0


class Resting:
    """See ports/embedder.py; `rest` is called now and then. For embedders that load again by themselves after close()."""

    def __init__(self, embedder: Embedder, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._embedder, self._idle = embedder, idle_seconds
        self._used_at: float | None = None

    async def profile(self) -> EmbedderProfile:
        """As the embedder."""
        self._used_at = time.monotonic()
        return await self._embedder.profile()

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """As the embedder."""
        self._used_at = time.monotonic()
        return await self._embedder.embed(texts, query=query)

    async def embed_words(self, texts: Sequence[str]) -> list[WordVectors]:
        """As the embedder."""
        self._used_at = time.monotonic()
        return await self._embedder.embed_words(texts)

    async def rest(self) -> None:
        """Let it go when it was used, and not lately."""
        if self._used_at is not None and time.monotonic() - self._used_at > self._idle:
            self._used_at = None
            await self._embedder.close()

    async def close(self) -> None:
        """As the embedder."""
        await self._embedder.close()
