"""A chat model that replays the answers of a recording, in order per role, also across restarts and processes.

`settings.url` is the path of the recording (or `file://` and the path), with `?state=<folder>` for where its position is
kept: `<folder>/<name of the recording>.state`, beside the recording by default. Another folder is another replay from the
start. The n-th distinct request of a role gets the role's n-th answer; a request asked again gets the same answer again.
"""

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from forgecrew.core.errors import RefusedError
from forgecrew.core.message import ModelReply, ModelRequest
from forgecrew.core.model_call import check_window
from forgecrew.core.model_profile import ModelProfile
from forgecrew.core.tokens import CHARACTERS_PER_TOKEN, estimate
from forgecrew.integrations.recorded.position import Position
from forgecrew.integrations.recorded.recording import Recorded, load, request_digest
from forgecrew.ports.chat_model import ChatModel
from forgecrew.ports.model_settings import ModelSettings


def connect(settings: ModelSettings) -> ChatModel:
    """The replay; the file is read at first use."""
    return Replay(settings)


class Replay:
    """See ports/chat_model.py. Raises RefusedError when the recording has ended or expects something else."""

    def __init__(self, settings: ModelSettings) -> None:
        url, _, state = settings.url.partition("?state=")
        self.settings = settings
        self.path = Path(unquote(url.removeprefix("file://")) if url.startswith("file://") else url)
        folder = Path(unquote(state)) if state else self.path.parent
        self._position = Position(folder / f"{self.path.name}.state")
        self._answers: dict[str, list[Recorded]] | None = None
        self._density = settings.characters_per_token or CHARACTERS_PER_TOKEN

    async def profile(self) -> ModelProfile:
        """The set window; there is no server. Raises ConfigError when the recording cannot be read."""
        self._by_role()
        return ModelProfile(str(self.path), self.settings.name or "recorded", self.settings.window, self._density)

    async def complete(self, request: ModelRequest, on_text: Callable[[str], None] | None = None) -> ModelReply:
        """The recorded answer, at once."""
        prompt = check_window(request, self.settings.window, self._density)
        started = time.monotonic()
        recorded = self._answer(request)
        if on_text and recorded.text:
            on_text(recorded.text)
        return ModelReply(
            text=recorded.text,
            prompt_tokens=max(recorded.prompt_tokens, prompt),
            output_tokens=recorded.output_tokens or estimate(recorded.text, self._density),
            seconds=time.monotonic() - started,
            finish="length" if recorded.finish == "length" else "stop",
        )

    async def close(self) -> None:
        """Nothing is open between calls."""

    def _by_role(self) -> dict[str, list[Recorded]]:
        if self._answers is None:
            self._answers = {}
            for recorded in load(self.path):
                self._answers.setdefault(recorded.role, []).append(recorded)
        return self._answers

    def _answer(self, request: ModelRequest) -> Recorded:
        """A request that does not fit takes no answer, so that a mended run can go on."""
        answers = self._by_role().get(request.role, [])
        number = self._position.take(request.role, request_digest(request), lambda next: self._check(request, answers, next))
        self._check(request, answers, number)
        return answers[number]

    def _check(self, request: ModelRequest, answers: list[Recorded], number: int) -> None:
        asked = f"{request.role} asked for {request.purpose!r} ({'a form' if request.schema else 'free text'})"
        where = f"answer {number + 1} of {len(answers)} for {request.role} in {self.path}"
        if number >= len(answers):
            raise RefusedError(
                f"THE RECORDING HAS ENDED: {asked}, but {self.path} has only {len(answers)} answers for this role"
            )
        expected = answers[number]
        if expected.purpose != request.purpose or expected.schema != (request.schema is not None):
            form = "a form" if expected.schema else "free text"
            raise RefusedError(f"THE RECORDING DOES NOT FIT: {asked}, but {where} is for {expected.purpose!r} ({form})")
