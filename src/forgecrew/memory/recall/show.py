"""Candidates as lines of a prompt, each with its citation, its label and its address; no text can pose as another line."""

import re
from collections.abc import Callable

from forgecrew.core.label import Integrity, Label
from forgecrew.core.tokens import beginning, estimate
from forgecrew.memory.recall.asked import Asked, Candidate, Line
from forgecrew.memory.recall.places import place_of, url_of

UNTRUSTED_TO = Integrity.CONTRIBUTOR
"""Up to this integrity a text is marked: nobody who may write to the repository stands behind it."""
QUOTE_SHARE = 0.2
"""What one quote may take of the room, at most QUOTE_TOKENS_MAX."""
QUOTE_TOKENS_MIN, QUOTE_TOKENS_MAX = 50, 220
_MARK = re.compile(r"\[(?=m:)", re.I)
_SPACE = re.compile(r"\s+")


def quote_room(tokens_max: int) -> int:
    """Tokens that the text of one quote may take."""
    return min(QUOTE_TOKENS_MAX, max(QUOTE_TOKENS_MIN, int(tokens_max * QUOTE_SHARE)))


def trust_mark(label: Label, *, trusted: bool = False) -> str:
    """How the line tells whose words they are."""
    who = label.integrity.name.lower()
    return f"{who}, untrusted" if label.integrity <= UNTRUSTED_TO and not trusted else who if not trusted else "may write here"


def quote(one: Candidate, asked: Asked, *, beside: bool = False) -> Line:
    """A chunk as one line: `[m:c12] comment in acme/tally#3 by mia, 2026-05-08 (stranger, untrusted): “…” <address>`."""
    chunk = one.chunk
    trusted = bool(asked.scope.trusted) and chunk.author.lower() in asked.scope.trusted and chunk.repo == asked.repo
    own = chunk.provenance == "own"
    mark = f"own words, {trust_mark(chunk.label)}" if own else trust_mark(chunk.label, trusted=trusted)
    said = one_line(chunk.text, asked.clean, quote_room(asked.tokens_max) // (2 if beside else 1))
    url = url_of(chunk, asked.forge_url, asked.public_url)
    by = f" by {chunk.author}" if chunk.author else ""
    lead = "beside it: " if beside else ""
    text = f"[m:c{chunk.id}] {lead}{place_of(chunk)}{by}, {chunk.at:%Y-%m-%d} ({mark}): “{said}” <{url}>"
    kind = "code" if chunk.kind == "code" else "quote"
    return Line(f"c{chunk.id}", kind, text, url, chunk.label, chunk.at, estimate(text) + 1, one.relevance, chunk.entity_id)


def one_line(text: str, clean: Callable[[str], str], tokens_max: int) -> str:
    """A text on one line, cut between words, without what its page hides and without marks of other lines."""
    plain = _SPACE.sub(" ", _MARK.sub("(", clean(text))).strip().replace("“", '"').replace("”", '"')
    begun = beginning(plain, tokens_max)
    return plain if begun == plain else f"{begun.rsplit(' ', 1)[0]} …"
