"""Comments as safe HTML: Markdown without HTML of its own and without images, with check lists and small print."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
_SMALL = re.compile(r"&lt;sub&gt;(.*?)&lt;/sub&gt;", re.DOTALL)
_BOXES = (("<li>[ ] ", '<li class="box">☐ '), ("<li>[x] ", '<li class="box">☑ '))
_NUMBER = re.compile(r"(?<![\w/#&])#(\d{1,9})\b")
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough").disable("image")


def prose(text: str, repo: str = "") -> Markup:
    """HTML of a text in Markdown; what is hidden in HTML comments stays hidden.

    With the full name of its repository, `#12` in plain words leads to that issue or pull request.
    """
    tokens = _markdown.parse(_HIDDEN.sub("", text))
    shown = _markdown.renderer.render(_linked(tokens, repo) if repo else tokens, _markdown.options, {})
    shown = _SMALL.sub(r"<small>\1</small>", shown)
    for source, box in _BOXES:
        shown = shown.replace(source, box)
    return Markup(shown.strip())  # noqa: S704 - the renderer escapes all HTML of the text


def _linked(tokens: list[Token], repo: str) -> list[Token]:
    for block in tokens:
        children: list[Token] = []
        inside = 0
        for token in block.children or []:
            inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            children += _numbers(token, repo) if token.type == "text" and not inside else [token]
        block.children = children if block.children else block.children
    return tokens


def _numbers(token: Token, repo: str) -> list[Token]:
    """A text with its numbers turned into links."""
    parts: list[Token] = []
    for place, part in enumerate(_NUMBER.split(token.content)):
        word = Token("text", "", 0, content=f"#{part}" if place % 2 else part)
        opening = Token("link_open", "a", 1, attrs={"href": f"/{repo}/issues/{part}"})
        parts += [opening, word, Token("link_close", "a", -1)] if place % 2 else [word]
    return parts


def diff_lines(diff: str) -> list[tuple[str, str]]:
    """Lines of a unified diff, each with its kind: added, removed, place or same."""
    return [(_kind(line), line) for line in diff.splitlines()]


def _kind(line: str) -> str:
    if line.startswith(("+++", "---", "@@", "diff ", "index ", "new file", "deleted file", "rename ", "similarity ")):
        return "place"
    return {"+": "added", "-": "removed"}.get(line[:1], "same")
