"""Comments as safe HTML: everything is escaped, then fences, code, bold and web links are given back their look."""

import re

from markupsafe import Markup, escape

_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
_FENCE = re.compile(r"```[^\n`]*\n(.*?)(?:```|\Z)", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^\s()<>&\"']+)\)")


def prose(text: str) -> Markup:
    """HTML of a text in Markdown; what is hidden in HTML comments stays hidden."""
    parts: list[str] = []
    at = 0
    text = _HIDDEN.sub("", text)
    for fence in _FENCE.finditer(text):
        parts += [_inline(text[at : fence.start()]), f"<pre>{escape(fence.group(1))}</pre>"]
        at = fence.end()
    parts.append(_inline(text[at:]))
    return Markup("".join(parts).strip())  # noqa: S704 - every part was escaped


def _inline(text: str) -> str:
    shown = _CODE.sub(r"<code>\1</code>", str(escape(text)))
    shown = _BOLD.sub(r"<strong>\1</strong>", shown)
    return _LINK.sub(r'<a href="\2" rel="nofollow">\1</a>', shown)


def diff_lines(diff: str) -> list[tuple[str, str]]:
    """Lines of a unified diff, each with its kind: added, removed, place or same."""
    return [(_kind(line), line) for line in diff.splitlines()]


def _kind(line: str) -> str:
    if line.startswith(("+++", "---", "@@", "diff ", "index ")):
        return "place"
    return {"+": "added", "-": "removed"}.get(line[:1], "same")
