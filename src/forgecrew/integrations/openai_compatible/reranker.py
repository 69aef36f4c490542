"""A reranker behind HTTP, in either of the two forms that servers speak.

`documents` in, `results` with relevance_score out: Cohere, Jina, LiteLLM, vLLM, llama.cpp. `texts` in, a list with score out:
Text Embeddings Inference. The first answer tells which one it is.
"""

import asyncio
import math
from collections.abc import Sequence
from typing import Any

from forgecrew.core.errors import ConfigError, ModelUnavailable, RefusedError
from forgecrew.core.json import Json, as_list, as_object
from forgecrew.core.model_call import RequestNotTaken
from forgecrew.ports.embedder import EmbedderSettings
from forgecrew.ports.reranker import Reranker
from forgecrew.transport.model_http import ModelHttp

BATCH = 32
"""Texts in one request; Text Embeddings Inference takes no more unless it is told to."""


def connect(settings: EmbedderSettings) -> Reranker:
    """The model; `settings.url` is the base of the API, with or without /v1. Raises ConfigError for a wrong URL."""
    return RerankApi(settings)


class RerankApi:
    """See ports/reranker.py."""

    def __init__(self, settings: EmbedderSettings) -> None:
        headers = {"Content-Type": "application/json"}
        if settings.api_key:
            headers["Authorization"] = f"Bearer {settings.api_key}"
        self._settings = settings
        self._http = ModelHttp(settings.url, headers, settings.timeout_seconds, "memory.reranker_")
        self._texts_form: bool | None = None

    async def rank(self, query: str, texts: Sequence[str], *, timeout_seconds: float) -> list[float]:
        """Scores in the order of the texts, as the server gives them: some are between 0 and 1, some are logits."""
        seconds = min(timeout_seconds, self._settings.timeout_seconds)
        scores: list[float] = []
        try:
            async with asyncio.timeout(seconds):
                for start in range(0, len(texts), BATCH):
                    scores += await self._fitting(query, list(texts[start : start + BATCH]), seconds)
        except TimeoutError:
            raise ModelUnavailable(f"the reranker {self._http.url} did not answer within {seconds:g} s") from None
        return scores

    async def close(self) -> None:
        """Give connections back."""
        await self._http.close()

    async def _fitting(self, query: str, texts: list[str], seconds: float) -> list[float]:
        try:
            return await self._ask(query, texts, seconds)
        except RequestNotTaken:
            if len(texts) == 1:
                raise
            half = len(texts) // 2
            return await self._fitting(query, texts[:half], seconds) + await self._fitting(query, texts[half:], seconds)

    async def _ask(self, query: str, texts: list[str], seconds: float) -> list[float]:
        if self._texts_form is None:
            try:
                scores = await self._documents(query, texts, seconds)
            except RefusedError as error:
                return await self._other_form(query, texts, seconds, error)
            self._texts_form = False
            return scores
        return await (self._texts if self._texts_form else self._documents)(query, texts, seconds)

    async def _other_form(self, query: str, texts: list[str], seconds: float, first: RefusedError) -> list[float]:
        try:
            scores = await self._texts(query, texts, seconds)
        except RequestNotTaken:
            raise first from None
        except RefusedError as error:
            raise ConfigError(
                f"no reranker answers at {self._http.url}: {first}; {error}. memory.reranker_url must be the base of its API "
                "(llama.cpp needs --rerank)"
            ) from None
        self._texts_form = True
        return scores

    async def _documents(self, query: str, texts: list[str], seconds: float) -> list[float]:
        body: Json = {"model": self._settings.name, "query": query, "documents": texts, "top_n": len(texts)}
        answer = await self._http.post("/rerank", body, seconds)
        return self._scores(as_list(as_object(answer).get("results")), "relevance_score", len(texts))

    async def _texts(self, query: str, texts: list[str], seconds: float) -> list[float]:
        body: Json = {"query": query, "texts": texts, "raw_scores": False, "truncate": True}
        return self._scores(as_list(await self._http.post("/rerank", body, seconds)), "score", len(texts))

    def _scores(self, results: list[Any], key: str, count: int) -> list[float]:
        """By index. Raises ModelUnavailable when a score is missing or no number."""
        found: dict[int, float] = {}
        for one in map(as_object, results):
            index, score = one.get("index"), one.get(key)
            if isinstance(index, int) and isinstance(score, int | float) and math.isfinite(score):
                found[index] = float(score)
        if sorted(found) != list(range(count)):
            raise ModelUnavailable(f"the reranker {self._http.url} scored {len(found)} of {count} texts")
        return [found[index] for index in range(count)]
