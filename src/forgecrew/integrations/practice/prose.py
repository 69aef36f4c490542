"""Comments as safe HTML: Markdown without HTML of its own and without images, with check lists and small print."""

import re

from markdown_it import MarkdownIt
from markupsafe import Markup

_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
_SMALL = re.compile(r"&lt;sub&gt;(.*?)&lt;/sub&gt;", re.DOTALL)
_BOXES = (("<li>[ ] ", '<li class="box">☐ '), ("<li>[x] ", '<li class="box">☑ '))
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough").disable("image")


def prose(text: str) -> Markup:
    """HTML of a text in Markdown; what is hidden in HTML comments stays hidden."""
    shown = _SMALL.sub(r"<small>\1</small>", _markdown.render(_HIDDEN.sub("", text)))
    for source, box in _BOXES:
        shown = shown.replace(source, box)
    return Markup(shown.strip())  # noqa: S704 - the renderer escapes all HTML of the text


def diff_lines(diff: str) -> list[tuple[str, str]]:
    """Lines of a unified diff, each with its kind: added, removed, place or same."""
    return [(_kind(line), line) for line in diff.splitlines()]


def _kind(line: str) -> str:
    if line.startswith(("+++", "---", "@@", "diff ", "index ")):
        return "place"
    return {"+": "added", "-": "removed"}.get(line[:1], "same")
