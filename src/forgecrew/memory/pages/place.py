"""Which texts are pages of memory: `.forgecrew/memory/*.md` of a repository, wiki pages that say so, notes."""

import re

FOLDER = ".forgecrew/memory"
NOTES = "notes"
_FILE = re.compile(r"\.forgecrew/memory/[^/]+\.md", re.I)
_SAYS_SO = re.compile(r"\s*---[ \t]*\n(?:[^\n]*\n){0,20}?kind[ \t]*:[ \t]*(?:decision|lesson|preference)\b", re.I)


def is_page(kind: str, path: str, text: str) -> bool:
    """By kind (doc, wiki, note) and path; a page of the wiki is one when its front matter tells a kind."""
    if kind == "wiki":
        return _SAYS_SO.match(text) is not None
    return kind == "note" or (kind == "doc" and _FILE.fullmatch(path) is not None)


def file_name(title: str) -> str:
    """A file name for a page: `use-utc.md`."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-")
    return f"{words or 'page'}.md"
