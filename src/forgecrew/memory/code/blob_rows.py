"""The rows that the index keeps of one content."""

import hashlib
from dataclasses import dataclass, field

from forgecrew.core.json import Json
from forgecrew.memory.code.parsed import Symbol

VERSION = 1
"""Raised when reading changes: contents of an older version are read again when a tree that holds them is indexed."""


@dataclass(frozen=True, slots=True)
class ReadBlob:
    """Rows of one content without its id: of code_blob, blob_symbol, blob_reference, and texts by hash."""

    blob: Json
    symbols: list[Json] = field(default_factory=list[Json])
    references: list[Json] = field(default_factory=list[Json])
    texts: dict[str, str] = field(default_factory=dict[str, str])


def symbol_row(seq: int, symbol: Symbol, text: str) -> Json:
    """Row of a symbol, `text` being what is searched of it; empty for what is a part of another."""
    return {
        "seq": seq, "name": symbol.name[:200], "qualname": symbol.qualname, "kind": symbol.kind,
        "start_line": symbol.start_line, "end_line": symbol.end_line, "text_hash": text_hash(text) if text else "",
        "signature": symbol.signature,
    }  # fmt: skip


def blob_row(sha: str, language: str, skipped: str, version: int = VERSION) -> Json:
    """Row of a content of which nothing is known yet."""
    return {"sha": sha, "lang": language, "indexed_version": version, "skipped": skipped, "lines": 0, "words": b""}


def text_hash(text: str) -> str:
    """A text by its hash, 32 hex characters, as in all of memory."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
