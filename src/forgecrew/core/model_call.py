"""Rules that every adapter to a model server keeps: window, requests in flight, measured density, kinds of failure."""

import asyncio
import statistics
from collections import deque
from weakref import WeakKeyDictionary

from forgecrew.core.errors import ConfigError, ForgecrewError, LimitReached, ModelUnavailable, RefusedError
from forgecrew.core.message import Message, ModelRequest
from forgecrew.core.tokens import CHARACTERS_PER_TOKEN, estimate, estimate_prompt

SAMPLES = 32
SAMPLES_TO_RISE = 8
SAMPLES_TO_TRUST = 3
SAMPLE_TOKENS_MIN = 200
"""Below this the server's own template weighs too much in the figure."""
LOWEST, HIGHEST = 1.0, 6.0
_slots: "WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Semaphore]]" = WeakKeyDictionary()


def slot(url: str, parallel: int) -> asyncio.Semaphore:
    """The semaphore of a server in this process; the first to ask for a server decides how many requests are in flight."""
    servers = _slots.setdefault(asyncio.get_running_loop(), {})
    return servers.setdefault(url.rstrip("/"), asyncio.Semaphore(max(1, parallel)))


class Calibration:
    """Characters per token of one model, corrected by what its server counts: at once downwards, slowly upwards."""

    def __init__(self, characters_per_token: float) -> None:
        self.start = characters_per_token or CHARACTERS_PER_TOKEN
        self.samples: deque[float] = deque(maxlen=SAMPLES)

    @property
    def safe(self) -> float:
        """For building prompts: never above any of the last 32 measured ratios."""
        if not self.samples:
            return self.start
        lowest = min(self.samples)
        figure = lowest if len(self.samples) >= SAMPLES_TO_RISE else min(self.start, lowest)
        return max(LOWEST, min(HIGHEST, figure))

    @property
    def typical(self) -> float:
        """For judging a prompt that is already built: the middle of what was measured, once it is enough."""
        return statistics.median(self.samples) if self.trusted else self.start

    @property
    def trusted(self) -> bool:
        """Whether enough was measured to hold a single count against it."""
        return len(self.samples) >= SAMPLES_TO_TRUST

    def tokens(self, text: str) -> int:
        """The likely tokens of a text that the server did not count."""
        return estimate(text, self.typical)

    def observe(self, request: ModelRequest, prompt_tokens: int) -> None:
        """Learn from one answer's reported prompt tokens."""
        if prompt_tokens >= SAMPLE_TOKENS_MIN:
            self.samples.append(request_characters(request) / prompt_tokens)


def request_characters(request: ModelRequest) -> int:
    """Characters of a request as core/tokens counts them. The schema is left out: servers do not show it to the model."""
    return estimate_prompt(request.messages, None, 1.0)


def check_window(request: ModelRequest, window: int, characters_per_token: float) -> int:
    """The estimate of the prompt's tokens. Raises LimitReached when it and the reserved output exceed the window."""
    prompt = estimate_prompt(request.messages, request.schema, characters_per_token)
    if prompt + request.output_tokens_max > window:
        raise LimitReached(
            f"the prompt of about {prompt} tokens and {request.output_tokens_max} reserved for the answer exceed the window of "
            f"{window} ({request.role}, {request.purpose}); nothing was sent"
        )
    return prompt


class RequestNotTaken(RefusedError):
    """The server does not take such a request (400, 413, 422): a smaller one may pass."""


def status_error(status: int, message: str, server: str, prefix: str = "model.") -> ForgecrewError:
    """What an HTTP status other than 200 means; `prefix` is how the keys of its settings begin."""
    told = f"{server} answered {status}: {message.strip()[:500] or 'no message'}"
    if status in (401, 403):
        return ConfigError(f"{told}. Check the API key ({prefix}api_key_env)")
    if status in (408, 425, 429) or status >= 500:
        return ModelUnavailable(told)
    if status < 400:
        return ConfigError(f"{told}. This does not look like a model server: check {prefix}url")
    return RequestNotTaken(told) if status in (400, 413, 422) else RefusedError(told)


def plain(message: Message) -> dict[str, str]:
    """A message as every chat API takes it; halves of characters, which UTF-8 cannot hold, become question marks."""
    return {"role": message.role, "content": message.content.encode("utf-8", "replace").decode()}
