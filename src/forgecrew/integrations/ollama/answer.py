"""Putting an answer together out of the lines of Ollama's chat API."""

import json
from collections.abc import Callable
from typing import Literal

from forgecrew.core.errors import ModelUnavailable
from forgecrew.core.json import Json, as_object
from forgecrew.core.model_stream import ThinkFilter, strip_thinking

Finish = Literal["stop", "length", "unknown"]


class Answer:
    """Takes lines, one JSON object each; the last one says done and holds the counts."""

    def __init__(self, server: str, on_text: Callable[[str], None] | None) -> None:
        self.server = server
        self.last: Json = {}
        self._on_text = on_text
        self._filter = ThinkFilter()
        self._pieces: list[str] = []

    def line(self, line: bytes) -> None:
        """One line of the response's body. Raises ValueError for nonsense, ModelUnavailable for an error inside the stream."""
        if not line.strip():
            return
        fields = as_object(json.loads(line))
        if not fields:
            raise ValueError(f"a line that is no object: {line[:100]!r}")
        if error := fields.get("error"):
            raise ModelUnavailable(f"{self.server}: {error}")
        piece = str(as_object(fields.get("message")).get("content") or "")
        if piece:
            self._pieces.append(piece)
            if self._on_text and (shown := self._filter.feed(piece)):
                self._on_text(shown)
        if fields.get("done"):
            self.last = fields

    def finish(self) -> tuple[str, Finish]:
        """The answer without thinking. Raises ModelUnavailable when it broke off."""
        if not self.last:
            raise ModelUnavailable(f"{self.server} broke off in the middle of an answer")
        if self._on_text and (rest := self._filter.end()):
            self._on_text(rest)
        reason = self.last.get("done_reason")
        finish: Finish = "length" if reason == "length" else "stop" if reason == "stop" else "unknown"
        return strip_thinking("".join(self._pieces)), finish

    def count(self, key: str) -> int:
        """A count of the last line, 0 when it is not told."""
        value = self.last.get(key)
        return value if isinstance(value, int) and value > 0 else 0
