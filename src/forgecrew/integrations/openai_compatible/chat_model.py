"""A chat model behind OpenAI's chat API, streamed; the server enforces the schema where it can."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from forgecrew.core.errors import ConfigError, RefusedError
from forgecrew.core.json import Json, as_list, as_object
from forgecrew.core.message import ModelReply, ModelRequest
from forgecrew.core.model_call import Calibration, check_window, plain, slot
from forgecrew.core.model_profile import ModelProfile
from forgecrew.integrations.openai_compatible.sse import Completion
from forgecrew.ports.chat_model import ChatModel
from forgecrew.ports.model_settings import ModelSettings
from forgecrew.transport.model_http import ModelHttp

CHUNK_SECONDS = 120.0
"""The longest silence inside an answer that has begun."""
WINDOW_KEYS = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")


def connect(settings: ModelSettings) -> ChatModel:
    """The model; `settings.url` is the base of the API, e.g. http://localhost:8000/v1. Raises ConfigError for a wrong URL."""
    return OpenAICompatible(settings)


class OpenAICompatible:
    """See ports/chat_model.py."""

    def __init__(self, settings: ModelSettings, chunk_seconds: float = CHUNK_SECONDS) -> None:
        self.settings = settings
        headers = {"Content-Type": "application/json"}
        if settings.api_key:
            headers["Authorization"] = f"Bearer {settings.api_key}"
        self._http = ModelHttp(settings.url, headers, chunk_seconds)
        self._density = Calibration(settings.characters_per_token)
        self._profile: ModelProfile | None = None

    async def profile(self) -> ModelProfile:
        """The smaller of the set window and the one that the server tells; the density as measured so far."""
        if self._profile is None:
            self._profile = self._read(await self._models())
        return replace(self._profile, characters_per_token=self._density.safe)

    async def complete(self, request: ModelRequest, on_text: Callable[[str], None] | None = None) -> ModelReply:
        """One answer; waiting for a free slot of the server does not count as its time."""
        window = self._profile.window if self._profile else self.settings.window
        prompt = check_window(request, window, self._density.typical)
        completion = Completion(self._http.url, on_text)
        seconds_max = min(request.timeout_seconds, self.settings.timeout_seconds)
        async with slot(self.settings.url, self.settings.parallel):
            started = time.monotonic()
            await self._http.stream("/chat/completions", self._body(request), seconds_max, completion.line)
        text, finish = completion.finish()
        if counted := int(completion.usage.get("prompt_tokens") or 0):
            self._density.observe(request, counted)
        return ModelReply(
            text=text,
            prompt_tokens=counted or prompt,
            output_tokens=int(completion.usage.get("completion_tokens") or 0) or self._density.tokens(text),
            seconds=time.monotonic() - started,
            finish=finish,
        )

    async def close(self) -> None:
        """Give connections back."""
        await self._http.close()

    def _body(self, request: ModelRequest) -> Json:
        body: Json = {
            "model": self.settings.name,
            "messages": [plain(message) for message in request.messages],
            "max_tokens": request.output_tokens_max,
            "temperature": request.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if request.schema is not None:
            form = {"name": request.schema.get("title", "answer"), "strict": True, "schema": request.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return body

    async def _models(self) -> Any:
        try:
            return await self._http.get("/models")
        except RefusedError as error:
            raise ConfigError(f"{error}. model.url must be the base of the API, often ending in /v1") from None

    def _read(self, answer: Any) -> ModelProfile:
        listed = [as_object(model) for model in as_list(as_object(answer).get("data"))]
        found = next((model for model in listed if model.get("id") == self.settings.name), None)
        if found is None:
            has = ", ".join(str(model.get("id")) for model in listed[:20]) or "none"
            raise ConfigError(f"{self._http.url} has no model {self.settings.name!r}; it has: {has}. Set model.name")
        told = [value for key in WINDOW_KEYS if isinstance(value := found.get(key), int) and value > 0]
        return ModelProfile(self._http.url, self.settings.name, window=min([self.settings.window, *told]))
