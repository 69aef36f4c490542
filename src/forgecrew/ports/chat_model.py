"""A chat model: text in, text or one JSON object out.

A module `integrations/<name>/chat_model.py` offers `connect(settings: ModelSettings) -> ChatModel` (no I/O yet).
"""

from collections.abc import Callable
from typing import Protocol

from forgecrew.core.message import ModelReply, ModelRequest
from forgecrew.core.model_profile import ModelProfile


class ChatModel(Protocol):
    """One model on one server."""

    async def profile(self) -> ModelProfile:
        """What the model can do; asks the server at most once. Raises ModelUnavailable or ConfigError."""
        ...

    async def complete(self, request: ModelRequest, on_text: Callable[[str], None] | None = None) -> ModelReply:
        """One answer; pieces go to on_text as they come.

        Raises ModelUnavailable (retry), RefusedError (the server said the request is wrong) and LimitReached when the
        prompt plus the reserved output do not fit the window: nothing is sent then.
        """
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...
