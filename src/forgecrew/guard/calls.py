"""Words in outgoing text that do something on the forge by themselves: calling people, closing issues."""

import re
from collections.abc import Collection

_CALL = re.compile(r"(?:(?<=[\s(\[])|^)@(?P<name>[\w-]+(?:\.[\w-]+)*(?:/[\w-]+(?:\.[\w-]+)*)?)", re.MULTILINE)
_FENCE = re.compile(r"(`{3,}|~{3,})([^\n]*)")
_CLOSING = re.compile(
    r"\b(?P<words>(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|reopen(?:s|ed)?):?\s+)"
    r"(?P<what>(?:(?:https?://|/)\S*?/(?:issues|pulls)/\d+|(?:[\w.-]+/[\w.-]+)?[#!](?P<number>\d+))\b)",
    re.IGNORECASE,
)


def calls_only(text: str, names: Collection[str]) -> str:
    """The text with every @name shown but not called, except the given ones.

    Only fences that stand at the margin are left as they are: whether other marks begin code is for the forge to say, and
    we might read it otherwise.
    """
    kept = {name.lower() for name in names}
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        marks = _FENCE.match(line)
        if fence:
            if marks and marks[1].startswith(fence) and not marks[2].strip():
                fence = ""
        elif marks and not (marks[1][0] == "`" and "`" in marks[2]):
            fence = marks[1]
        else:
            form = "@ {}" if "`" in line else "`@{}`"
            line = _CALL.sub(lambda match, form=form: _shown(match, kept, form), line)
        lines.append(line)
    return "\n".join(lines)


def closes_only(text: str, number: int) -> str:
    """The text with words such as `Fixes #7` made harmless, unless they are about that one issue of the same repository."""
    return _CLOSING.sub(lambda match: match.group() if _is(match, number) else f"{match['words']}`{match['what']}`", text)


def closed_by(text: str, number: int) -> list[str]:
    """What else than that issue a text would close."""
    return [match["what"] for match in _CLOSING.finditer(text) if not _is(match, number)]


def _shown(match: re.Match[str], kept: Collection[str], form: str) -> str:
    return match.group() if match["name"].lower() in kept else form.format(match["name"])


def _is(match: re.Match[str], number: int) -> bool:
    return match["what"] == f"#{number}"
