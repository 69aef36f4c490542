"""Putting an answer together out of the events of a streamed chat completion."""

import json
from collections.abc import Callable
from typing import Any, Literal

from forgecrew.core.errors import ModelUnavailable
from forgecrew.core.json import Json, as_list, as_object
from forgecrew.core.model_call import status_error
from forgecrew.core.model_stream import ThinkFilter, strip_thinking

Finish = Literal["stop", "length", "unknown"]


class Completion:
    """Takes lines; also understands a server that does not stream and sends one JSON object."""

    def __init__(self, server: str, on_text: Callable[[str], None] | None) -> None:
        self.server = server
        self.ended = False
        self.usage: Json = {}
        self._on_text = on_text
        self._filter = ThinkFilter()
        self._pieces: list[str] = []
        self._finish = ""
        self._whole: list[bytes] = []

    def line(self, line: bytes) -> None:
        """One line of the response's body. Raises ValueError for nonsense, ModelUnavailable or RefusedError for an error."""
        if line.startswith(b"data:"):
            data = line[5:].strip()
            if data == b"[DONE]":
                self.ended = True
            elif data:
                self._event(json.loads(data))
        elif line.strip() and not line.startswith((b":", b"event:", b"id:", b"retry:")):
            self._whole.append(line)

    def finish(self) -> tuple[str, Finish]:
        """The answer without thinking. Raises ModelUnavailable when it broke off or never began."""
        if self._whole and not self._pieces:
            self._one_object(b"\n".join(self._whole))
        if self._on_text and (rest := self._filter.end()):
            self._on_text(rest)
        if not self._finish and not self.ended:
            raise ModelUnavailable(f"{self.server} broke off in the middle of an answer")
        finish: Finish = "length" if self._finish == "length" else "stop" if self._finish else "unknown"
        return strip_thinking("".join(self._pieces)), finish

    def _one_object(self, body: bytes) -> None:
        try:
            value = json.loads(body)
        except ValueError:
            raise ModelUnavailable(f"{self.server} answered nonsense: {body[:100]!r}") from None
        self._event(value)

    def _event(self, event: Any) -> None:
        fields = as_object(event)
        if not fields:
            raise ValueError(f"an event that is no object: {str(event)[:100]}")
        if error := fields.get("error"):
            told = as_object(error) or {"message": str(error)}
            code = told.get("code")
            raise status_error(
                code if isinstance(code, int) and code >= 400 else 500, str(told.get("message", "")), self.server
            )
        self.usage = as_object(fields.get("usage")) or self.usage
        for one in as_list(fields.get("choices"))[:1]:
            choice = as_object(one)
            said = as_object(choice.get("delta") or choice.get("message"))
            self._text(str(said.get("content") or ""))
            self._finish = str(choice.get("finish_reason") or self._finish)

    def _text(self, piece: str) -> None:
        if not piece:
            return
        self._pieces.append(piece)
        if self._on_text and (shown := self._filter.feed(piece)):
            self._on_text(shown)
