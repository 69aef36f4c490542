"""Wraps any chat model and appends what it answers to a recording."""

import fcntl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from forgecrew.core.message import ModelReply, ModelRequest
from forgecrew.core.model_profile import ModelProfile
from forgecrew.integrations.recorded.recording import Recorded, load, request_digest
from forgecrew.ports.chat_model import ChatModel


def record(model: ChatModel, path: Path) -> ChatModel:
    """The model, with every answer appended to the file at path; several processes may append to the same one."""
    return Recorder(model, path)


@dataclass(slots=True)
class Recorder:
    """A request that was answered before gets the recorded answer: a replay will do the same, so the two runs agree."""

    model: ChatModel
    path: Path

    async def profile(self) -> ModelProfile:
        """The wrapped model's."""
        return await self.model.profile()

    async def complete(self, request: ModelRequest, on_text: Callable[[str], None] | None = None) -> ModelReply:
        """The wrapped model's answer, written down before it is given back."""
        name = request_digest(request)
        if before := self._find(name):
            if on_text:
                on_text(before.text)
            finish = "length" if before.finish == "length" else "stop"
            return ModelReply(before.text, before.prompt_tokens, before.output_tokens, 0.0, finish)
        reply = await self.model.complete(request, on_text)
        self._append(
            Recorded(
                role=request.role,
                purpose=request.purpose,
                schema=request.schema is not None,
                text=reply.text,
                prompt_tokens=reply.prompt_tokens,
                output_tokens=reply.output_tokens,
                finish=reply.finish,
                digest=name,
            )
        )
        return reply

    async def close(self) -> None:
        """Close the wrapped model."""
        await self.model.close()

    def _find(self, name: str) -> Recorded | None:
        if not self.path.exists():
            return None
        return next((recorded for recorded in load(self.path) if recorded.digest == name), None)

    def _append(self, recorded: Recorded) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(recorded.line() + "\n")
