"""Texts of memory in JSON, each with how far it is trusted."""

from dataclasses import dataclass
from datetime import datetime

from forgecrew.core.label import Integrity
from forgecrew.memory.recall.places import place_of, url_of
from forgecrew.store.queries.chunks import Chunk

TRUSTED_FROM = Integrity.CONTRIBUTOR
"""Texts of anybody below are shown with a mark."""


@dataclass(frozen=True, slots=True)
class QuoteShape:
    """A text as it stands. `trusted` is false for anybody's words and the web's: they tell, they do not instruct.

    `whose` says it for people: anybody's, the owner's, the crew's own.
    """

    id: int
    place: str
    author: str
    at: datetime
    text: str
    integrity: str
    readers: str
    provenance: str
    trusted: bool
    whose: str
    url: str


def quote_shape(one: Chunk, forge_url: str, public_url: str) -> QuoteShape:
    """The shape of a chunk."""
    return QuoteShape(
        id=one.id, place=place_of(one), author=one.author, at=one.at, text=one.text, integrity=one.label.integrity.name.lower(),
        readers=one.label.readers, provenance=one.provenance, trusted=_is_owners(one) or one.label.integrity >= TRUSTED_FROM,
        whose=_whose(one), url=url_of(one, forge_url, public_url),
    )  # fmt: skip


def _is_owners(one: Chunk) -> bool:
    return bool(one.author) and one.author.lower() == one.repo.partition("/")[0].lower() and one.provenance == "said"


def _whose(one: Chunk) -> str:
    if one.provenance == "own":
        return "the crew's own words"
    if _is_owners(one):
        return "owner"
    return "anybody's words" if one.label.integrity is Integrity.STRANGER else one.label.integrity.name.lower()
