"""An embedder behind OpenAI's /embeddings: vLLM, llama.cpp, TEI, LiteLLM, LM Studio and many more."""

from collections.abc import Sequence
from typing import Any

from forgecrew.core.errors import ConfigError, ModelUnavailable, RefusedError
from forgecrew.core.json import as_list, as_object
from forgecrew.core.model_call import RequestNotTaken
from forgecrew.ports.embedder import Embedder, EmbedderSettings
from forgecrew.transport.model_http import ModelHttp
from forgecrew.transport.served_embedder import Embedded, ServedEmbedder

LENGTH_KEYS = ("max_model_len", "max_input_length", "context_length", "context_window", "n_ctx", "n_ctx_train")


def connect(settings: EmbedderSettings) -> Embedder:
    """The model; `settings.url` is the base of the API, e.g. http://localhost:8080/v1. Raises ConfigError for a wrong URL."""
    return ServedEmbedder(settings, EmbeddingsApi(settings))


class EmbeddingsApi:
    """See transport/served_embedder.py."""

    def __init__(self, settings: EmbedderSettings) -> None:
        headers = {"Content-Type": "application/json"}
        if settings.api_key:
            headers["Authorization"] = f"Bearer {settings.api_key}"
        self.url, self._settings = settings.url.rstrip("/"), settings
        self._http = ModelHttp(settings.url, headers, settings.timeout_seconds, "memory.")

    async def tokens_max(self) -> int:
        """As the list of models tells it; many servers list no embedding models, or have no list."""
        try:
            answer = as_object(await self._http.get("/models"))
        except (RefusedError, ConfigError):  # a wrong key or address shows with the first vector, with a better message
            return 0
        listed = [as_object(model) for model in as_list(answer.get("data"))]
        found = next((model for model in listed if model.get("id") == self._settings.name), as_object(None))
        told = [found.get(key) or as_object(found.get("meta")).get(key) for key in LENGTH_KEYS]
        return min((value for value in told if isinstance(value, int) and value > 0), default=0)

    async def ask(self, texts: Sequence[str]) -> Embedded:
        """Vectors in the order of the texts."""
        body = {"model": self._settings.name, "input": list(texts)}
        try:
            answer = as_object(await self._http.post("/embeddings", body, self._settings.timeout_seconds))
        except RequestNotTaken:
            raise
        except RefusedError as error:
            raise ConfigError(
                f"{error}. memory.url must be the base of an API with /embeddings, often ending in /v1, and memory.name one of "
                "its models"
            ) from None
        data = sorted((as_object(one) for one in as_list(answer.get("data"))), key=_index)
        try:
            rows = [[float(value) for value in as_list(one.get("embedding"))] for one in data]
        except (TypeError, ValueError):
            raise ModelUnavailable(f"{self.url} gave vectors that are no lists of numbers") from None
        tokens = as_object(answer.get("usage")).get("prompt_tokens")
        return Embedded(rows, tokens if isinstance(tokens, int) else 0)

    async def close(self) -> None:
        """Give connections back."""
        await self._http.close()


def _index(one: dict[str, Any]) -> int:
    index = one.get("index")
    return index if isinstance(index, int) else 0
