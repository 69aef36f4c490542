"""A chat model on an Ollama server: the window is set with every request, and a prompt that was cut is noticed."""

import math
import time
from collections.abc import Callable
from dataclasses import replace

from forgecrew.core.errors import ModelUnavailable
from forgecrew.core.json import Json
from forgecrew.core.message import ModelReply, ModelRequest
from forgecrew.core.model_call import Calibration, check_window, plain, request_characters, slot
from forgecrew.core.model_profile import ModelProfile
from forgecrew.integrations.ollama.answer import Answer
from forgecrew.integrations.ollama.shown import read_profile
from forgecrew.ports.chat_model import ChatModel
from forgecrew.ports.model_settings import ModelSettings
from forgecrew.transport.model_http import ModelHttp

CHUNK_SECONDS = 120.0
"""The longest silence inside an answer that has begun."""
WINDOW_STEP = 1024
CUT_SHARE = 0.7
"""A count below this share of what such a prompt usually has means that the server cut it."""
CHARACTERS_PER_TOKEN_MOST = 8.0
"""No text of any use has more, so fewer tokens than this gives were never the whole prompt."""


def connect(settings: ModelSettings) -> ChatModel:
    """The model; `settings.url` is the server, e.g. http://localhost:11434. Raises ConfigError for a wrong URL."""
    return Ollama(settings)


class Ollama:
    """See ports/chat_model.py. The window asked for only grows: another one makes the server load the model again."""

    def __init__(self, settings: ModelSettings, chunk_seconds: float = CHUNK_SECONDS) -> None:
        self.settings = settings
        headers = {"Content-Type": "application/json"}
        if settings.api_key:
            headers["Authorization"] = f"Bearer {settings.api_key}"
        self._http = ModelHttp(settings.url, headers, chunk_seconds)
        self._density = Calibration(settings.characters_per_token)
        self._profile: ModelProfile | None = None
        self._window_asked = 0

    async def profile(self) -> ModelProfile:
        """The smaller of the set window and the model's own; whether its thinking can be switched; density as measured."""
        if self._profile is None:
            self._profile = await read_profile(self._http, self.settings)
        return replace(self._profile, characters_per_token=self._density.safe)

    async def complete(self, request: ModelRequest, on_text: Callable[[str], None] | None = None) -> ModelReply:
        """One answer; waiting for a free slot of the server does not count as its time."""
        profile = await self.profile()
        prompt = check_window(request, profile.window, self._density.typical)
        answer = Answer(self._http.url, on_text)
        seconds_max = min(request.timeout_seconds, self.settings.timeout_seconds)
        body = self._body(request, profile, prompt)
        async with slot(self.settings.url, self.settings.parallel):
            started = time.monotonic()
            await self._http.stream("/api/chat", body, seconds_max, answer.line)
        text, finish = answer.finish()
        if counted := answer.count("prompt_eval_count"):
            self._check_whole(request, counted)
            self._density.observe(request, counted)
        return ModelReply(
            text=text,
            prompt_tokens=counted or prompt,
            output_tokens=answer.count("eval_count") or self._density.tokens(text),
            seconds=time.monotonic() - started,
            finish=finish,
        )

    async def close(self) -> None:
        """Give connections back."""
        await self._http.close()

    def _body(self, request: ModelRequest, profile: ModelProfile, prompt: int) -> Json:
        needed = math.ceil((prompt + request.output_tokens_max) / WINDOW_STEP) * WINDOW_STEP
        self._window_asked = max(self._window_asked, min(needed, profile.window))
        body: Json = {
            "model": self.settings.name,
            "messages": [plain(message) for message in request.messages],
            "stream": True,
            "options": {
                "num_ctx": self._window_asked,
                "num_predict": request.output_tokens_max,
                "temperature": request.temperature,
            },
        }
        if request.schema is not None:
            body["format"] = request.schema
        if profile.thinking_switch:
            body["think"] = False
        return body

    def _check_whole(self, request: ModelRequest, counted: int) -> None:
        """Raises ModelUnavailable when the server evaluated far fewer tokens than the prompt has."""
        told = sum(len(message.content) for message in request.messages)
        least = told / CHARACTERS_PER_TOKEN_MOST
        if self._density.trusted:
            least = max(least, CUT_SHARE * request_characters(request) / self._density.typical)
        if counted < least:
            raise ModelUnavailable(
                f"{self._http.url} read only {counted} tokens of a prompt that has at least {least:.0f}: it cut the prompt "
                f"although num_ctx was {self._window_asked}. Check OLLAMA_CONTEXT_LENGTH and proxies before the server"
            )
