"""What embedders behind a server share: batches, texts that are too long, and vectors that must keep their dimension."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from forgecrew.core.errors import ConfigError, ModelUnavailable
from forgecrew.core.model_call import RequestNotTaken
from forgecrew.ports.embedder import EmbedderProfile, EmbedderSettings, Vectors, WordVectors

log = logging.getLogger(__name__)

BATCH = 32
"""Texts in one request; servers commonly take no more."""
CHARACTERS_PER_TOKEN = 4
TOKENS_USUAL = 512
"""Taken for the most that a model reads when neither its server nor the settings tell."""
CHARACTERS_MIN = 32
"""A text that is refused although it is this short is not refused for its length."""
_TOO_LONG = ("too large", "too long", "context size", "context length", "physical batch")
"""What servers say when they answer a text that is too long with a status that speaks of a fault of their own."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """One answer of a server: a row per text, and the tokens that it counted (0 when it does not tell)."""

    rows: list[list[float]]
    tokens: int = 0


class EmbeddingServer(Protocol):
    """One API."""

    url: str

    async def tokens_max(self) -> int:
        """The most tokens of a text that the model reads, 0 when the server does not tell; also checks the model's name."""
        ...

    async def ask(self, texts: Sequence[str]) -> Embedded:
        """Vectors of a few texts. Raises RequestNotTaken when the request is too large."""
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...


class ServedEmbedder:
    """See ports/embedder.py; `tokens_used` counts what the server counted."""

    def __init__(self, settings: EmbedderSettings, server: EmbeddingServer) -> None:
        self._settings, self._server = settings, server
        self._profile: EmbedderProfile | None = None
        self._asking = asyncio.Lock()
        self.tokens_used = 0

    async def profile(self) -> EmbedderProfile:
        """Asks once for a vector to learn its dimension."""
        async with self._asking:
            if self._profile is None:
                tokens_max = self._settings.tokens_max or await self._server.tokens_max() or TOKENS_USUAL
                dimension = len((await self._ask(["dimension"]))[0])
                self._profile = EmbedderProfile(self._model_id(), dimension, tokens_max)
        return self._profile

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Texts above `tokens_max` are cut, and so are those that the server refuses for their length; both are logged."""
        profile = await self.profile()
        prefix = self._settings.query_prefix if query else self._settings.passage_prefix
        most = profile.tokens_max * CHARACTERS_PER_TOKEN
        if longer := sum(len(text) > most for text in texts):
            log.warning("%d texts are longer than the %d tokens of %s: only their beginning is embedded",
                        longer, profile.tokens_max, profile.model_id)  # fmt: skip
        whole = [prefix + text[:most].encode("utf-8", "replace").decode() for text in texts]
        rows: list[list[float]] = []
        for start in range(0, len(whole), BATCH):
            rows += await self._fitting(whole[start : start + BATCH])
        if other := next((len(row) for row in rows if len(row) != profile.dimension), 0):
            raise ConfigError(
                f"{self._server.url} gives vectors of {other} numbers now, and gave {profile.dimension} before: another model "
                f"answers to the name {self._settings.name!r}. The vectors that are kept stay as they are. Bring the former "
                "model back, or give the new one a name of its own (memory.name), under which texts are embedded anew"
            )
        return _unit(np.array(rows, np.float32).reshape(-1, profile.dimension), self._server.url)

    async def embed_words(self, texts: Sequence[str]) -> list[WordVectors]:
        """Servers give no vectors of words."""
        return []

    async def close(self) -> None:
        """Give connections back."""
        await self._server.close()

    def _model_id(self) -> str:
        """Vectors made with other prefixes cannot be compared, so the prefixes are part of the name."""
        prefixes = self._settings.query_prefix + "\0" + self._settings.passage_prefix
        mark = "" if prefixes == "\0" else "+" + hashlib.sha256(prefixes.encode()).hexdigest()[:8]
        return self._settings.name[:90] + mark

    async def _fitting(self, texts: list[str]) -> list[list[float]]:
        """Halve what the server does not take: a batch into two, one text to its first half."""
        try:
            return await self._ask(texts)
        except (RequestNotTaken, ModelUnavailable) as error:
            if isinstance(error, ModelUnavailable) and not any(word in str(error).lower() for word in _TOO_LONG):
                raise
            if len(texts) > 1:
                half = len(texts) // 2
                return await self._fitting(texts[:half]) + await self._fitting(texts[half:])
            if len(texts[0]) <= CHARACTERS_MIN:
                raise
            log.warning("%s does not take a text of %d characters: its first half is embedded", self._server.url, len(texts[0]))
            return await self._fitting([texts[0][: len(texts[0]) // 2]])

    async def _ask(self, texts: list[str]) -> list[list[float]]:
        answer = await self._server.ask(texts)
        self.tokens_used += answer.tokens
        if len(answer.rows) != len(texts) or not all(answer.rows):
            raise ModelUnavailable(f"{self._server.url} gave {len(answer.rows)} vectors for {len(texts)} texts")
        return answer.rows


def _unit(rows: Vectors, server: str) -> Vectors:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(rows).all() or (len(rows) and not length.all()):
        raise ModelUnavailable(f"{server} gave a vector that is no direction (zeros or no numbers)")
    return rows / length
