"""Maps a forge's unhappy answers to our errors, with messages that say what to do."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from forgecrew.core.errors import ForgeUnavailable, NotFound, RefusedError
from forgecrew.integrations.gitea.fields import text

_SCOPES = re.compile(r"required(?: scope\(s\))?\s*[=:]\s*\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer; `asked` is the method and address of the request, `headers` ignores case."""

    asked: str
    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> object:
        """The body as JSON; raises ValueError for what is none."""
        return json.loads(self.content)


def check(answer: Answer, forge: str) -> None:
    """Raise what an answer with status ≥ 300 means; do nothing for the others."""
    status = answer.status
    if status < 300:
        return
    told = _message(answer)
    what = answer.asked
    if status in (408, 429) or status >= 500:
        raise ForgeUnavailable(f"{what} answered {status}: {told}")
    if status == 401:
        raise RefusedError(f"{forge} does not accept this token or password ({told}): make a new one and put it in its place")
    if status == 403:
        scopes = needed_scopes(told)
        if scopes:
            raise RefusedError(f"{what}: the token lacks the scope {scopes}: make one that has it ({told})")
        raise RefusedError(f"{what} is forbidden for this account: {told}")
    if status == 404:
        raise NotFound(f"{what}: not there, or not shown to this account")
    if status < 400:
        raise RefusedError(f"{what} answered {status}, moved to {answer.headers.get('Location', '?')}: use the new address")
    raise RefusedError(f"{what} answered {status}: {told}")


def needed_scopes(message: str) -> str:
    """Scopes that a 403 message of a forge names, such as `write:issue`; empty when it names none."""
    if "scope" not in message:
        return ""
    found = _SCOPES.search(message)
    return " or ".join(found.group(1).replace(",", " ").split()) if found else ""


def _message(answer: Answer) -> str:
    """What the forge says, never more than a paragraph (a proxy may answer with a page)."""
    try:
        told = text(answer.json(), "message")
    except ValueError:
        told = ""
    return (told or "no reason given")[:600]
