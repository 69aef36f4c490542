"""One HTTP request and its answer, as the resources of the practice forge see them."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

from forgecrew.integrations.practice.records import Row


class Refusal(Exception):
    """An unhappy answer in Gitea's shape."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(slots=True)
class Answer:
    """What goes back."""

    status: int = 200
    content: bytes = b""
    content_type: str = "application/json;charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(slots=True)
class Request:
    """What came in. `base` is the address that the client used; `caller` is None for strangers; `scopes` None for passwords."""

    method: str
    path: str
    base: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes = b""
    parts: dict[str, str] = field(default_factory=dict[str, str])
    caller: Row | None = None
    scopes: frozenset[str] | None = None

    def json(self) -> Row:
        """The body as an object; raises Refusal 422 for anything else."""
        if not self.body.strip():
            return {}
        try:
            value = json.loads(self.body)
        except ValueError as error:
            raise Refusal(422, f"invalid JSON: {error}") from error
        if not isinstance(value, dict):
            raise Refusal(422, "the body is not a JSON object")
        return cast(Row, value)

    def asked(self, name: str) -> str:
        """One value of the query, empty when absent."""
        return self.query.get(name, [""])[0]

    def number(self, name: str) -> int:
        """A whole number of the path; raises Refusal 404 for other text."""
        text = self.parts[name]
        if not text.isascii() or not text.isdigit() or len(text) > 15:
            raise Refusal(404, f"{name} is not a number")
        return int(text)

    @property
    def me(self) -> Row:
        """The account that calls; raises Refusal 401 for strangers."""
        if self.caller is None:
            raise Refusal(401, "token is required")
        return self.caller


Run = Callable[[Any, Request], Awaitable[Answer]]
"""One operation: (practice forge, request) → answer."""


def reply(value: object, status: int = 200) -> Answer:
    """A JSON answer."""
    return Answer(status, json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def nothing(status: int = 204) -> Answer:
    """An answer without content."""
    return Answer(status, b"", "")


def refuse(refusal: Refusal, base: str) -> Answer:
    """An unhappy answer in Gitea's shape."""
    return reply({"message": refusal.message, "url": f"{base}/api/swagger"}, refusal.status)
