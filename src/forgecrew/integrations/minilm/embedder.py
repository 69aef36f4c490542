"""MiniLM as an embedder: loaded and checked once, then texts to vectors in a thread beside the event loop."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from forgecrew.integrations.minilm.encode import Model
from forgecrew.integrations.minilm.files import DIMENSION, MODEL_ID, TOKENS_MAX
from forgecrew.ports.embedder import Embedder, EmbedderProfile, EmbedderSettings, Vectors, WordVectors


def connect(settings: EmbedderSettings) -> Embedder:
    """The model in `settings.folder`, as `forgecrew models install` puts it there (nothing is read yet)."""
    return MiniLM(settings.folder)


class MiniLM:
    """See ports/embedder.py."""

    def __init__(self, folder: Path, *, graph: bool = True) -> None:
        self._folder, self._graph = folder, graph
        self._model: Model | None = None
        self._one_at_a_time = asyncio.Lock()

    async def profile(self) -> EmbedderProfile:
        """Loads the model; ConfigError when it is absent, damaged or gives wrong vectors."""
        async with self._one_at_a_time:
            await self._loaded()
        return EmbedderProfile(MODEL_ID, DIMENSION, TOKENS_MAX, DIMENSION)

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Queries are treated as all texts are: this model knows no difference."""
        async with self._one_at_a_time:
            model = await self._loaded()
            return await asyncio.to_thread(model.vectors, texts)

    async def embed_words(self, texts: Sequence[str]) -> list[WordVectors]:
        """The telling words of each text, a word that the tokenizer splits as its parts."""
        async with self._one_at_a_time:
            model = await self._loaded()
            return await asyncio.to_thread(model.words, texts)

    async def close(self) -> None:
        """Let the weights go; they are loaded again when asked."""
        self._model = None

    async def _loaded(self) -> Model:
        if self._model is None:
            self._model = await asyncio.to_thread(Model, self._folder, graph=self._graph)
        return self._model
