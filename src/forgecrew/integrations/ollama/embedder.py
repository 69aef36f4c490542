"""An embedder on an Ollama server, by its own /api/embed."""

from collections.abc import Sequence

from forgecrew.core.errors import ConfigError, ModelUnavailable, RefusedError
from forgecrew.core.json import as_list, as_object
from forgecrew.core.model_call import RequestNotTaken
from forgecrew.ports.embedder import Embedder, EmbedderSettings
from forgecrew.transport.model_http import ModelHttp
from forgecrew.transport.served_embedder import Embedded, ServedEmbedder


def connect(settings: EmbedderSettings) -> Embedder:
    """The model; `settings.url` is the server, e.g. http://localhost:11434. Raises ConfigError for a wrong URL."""
    return ServedEmbedder(settings, EmbedApi(settings))


class EmbedApi:
    """See transport/served_embedder.py."""

    def __init__(self, settings: EmbedderSettings) -> None:
        headers = {"Content-Type": "application/json"}
        if settings.api_key:
            headers["Authorization"] = f"Bearer {settings.api_key}"
        self.url, self._settings = settings.url.rstrip("/"), settings
        self._http = ModelHttp(settings.url, headers, settings.timeout_seconds, "memory.")

    async def tokens_max(self) -> int:
        """The model's own context length."""
        try:
            answer = as_object(await self._http.post("/api/show", {"model": self._settings.name}))
        except RefusedError as error:
            raise ConfigError(f"{error}. Set memory.url and memory.name, or: ollama pull {self._settings.name}") from None
        info = as_object(answer.get("model_info"))
        told = [value for key, value in info.items() if key.endswith(".context_length") and isinstance(value, int)]
        return min((value for value in told if value > 0), default=0)

    async def ask(self, texts: Sequence[str]) -> Embedded:
        """Vectors of some texts; `truncate` is off, so that a text that is too long is told and not cut in silence."""
        body = {"model": self._settings.name, "input": list(texts), "truncate": False}
        try:
            answer = as_object(await self._http.post("/api/embed", body, self._settings.timeout_seconds))
        except RequestNotTaken:
            raise
        except RefusedError as error:
            raise ConfigError(f"{error}. Set memory.url and memory.name, or: ollama pull {self._settings.name}") from None
        try:
            rows = [[float(value) for value in as_list(row)] for row in as_list(answer.get("embeddings"))]
        except (TypeError, ValueError):
            raise ModelUnavailable(f"{self.url} gave vectors that are no lists of numbers") from None
        tokens = answer.get("prompt_eval_count")
        return Embedded(rows, tokens if isinstance(tokens, int) else 0)

    async def close(self) -> None:
        """Give connections back."""
        await self._http.close()
