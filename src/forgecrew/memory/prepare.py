"""From an event to the rows that it makes, as far as that needs no database: findings, pieces of new texts, what they name."""

import hashlib
from collections.abc import Collection, Set
from dataclasses import dataclass, field
from datetime import datetime

from forgecrew.core.event import Event
from forgecrew.core.tokens import estimate
from forgecrew.memory.chunking.identifiers import identifiers
from forgecrew.memory.chunking.split import split
from forgecrew.memory.chunking.unspaced import unspaced
from forgecrew.memory.extract.event import extract, text_links
from forgecrew.memory.extract.found import Found, Key, Said
from forgecrew.memory.extract.text_patterns import mentions


@dataclass(frozen=True, slots=True)
class Piece:
    """One chunk to be. An empty text stands for a place where nothing stands any more."""

    said: Said
    version: str
    seq: int
    text: str
    identifiers: str
    text_hash: str
    tokens: int
    named: tuple[Key, ...]


@dataclass(slots=True)
class Prepared:
    """What one event brings; `again` are versions (source_key, version) that are kept already."""

    event_id: str
    found: Found
    pieces: list[Piece] = field(default_factory=list[Piece])
    again: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def version_of(text: str) -> str:
    """A whole text by its hash, 32 hex characters."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def look(event_id: str, event: Event, stored_at: datetime, own: Collection[str]) -> Prepared:
    """The findings of an event, its texts still whole."""
    return Prepared(event_id, extract(event, stored_at, own))


def cut(prepared: Prepared, known: Set[tuple[str, str]]) -> None:
    """Cut those texts into pieces of which no equal version is known, and find what they name."""
    found = prepared.found
    for said in found.said:
        version = version_of(said.text)
        if (said.source_key, version) in known:
            prepared.again.append((said.source_key, version))
            continue
        found.links += text_links(found, said)
        texts = split(said.text)
        if not texts:
            prepared.pieces.append(Piece(said, version, 0, "", "", version, 0, ()))
        prepared.pieces += [_piece(found, said, version, seq, text) for seq, text in enumerate(texts)]


def _piece(found: Found, said: Said, version: str, seq: int, text: str) -> Piece:
    named = () if said.provenance == "recalled" else tuple(mentions(found, text))
    parts = f"{identifiers(text)} {unspaced(text)}".strip()
    return Piece(said, version, seq, text, parts, version_of(text), estimate(text), named)
