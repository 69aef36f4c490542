"""From one content of a file to the rows that the index keeps of it; pure, so that it runs beside other work in a thread."""

import hashlib
import re
from dataclasses import dataclass, field

from forgecrew.core.json import Json
from forgecrew.memory.code.by_lines import by_lines
from forgecrew.memory.code.grammars import grammar_of
from forgecrew.memory.code.kept_words import counted_words, pack
from forgecrew.memory.code.parse import TooSlow, parse
from forgecrew.memory.code.parsed import Parsed, Symbol
from forgecrew.memory.code.sources import language_of, refined, why_not

VERSION = 1
"""Raised when reading changes: contents of an older version are read again when a tree that holds them is indexed."""
_SPLIT = re.compile(r"[/_.]+")


@dataclass(frozen=True, slots=True)
class ReadBlob:
    """Rows of one content without its id: of code_blob, blob_symbol, blob_reference, and texts by hash."""

    blob: Json
    symbols: list[Json] = field(default_factory=list[Json])
    references: list[Json] = field(default_factory=list[Json])
    texts: dict[str, str] = field(default_factory=dict[str, str])


def read_blob(path: str, sha: str, source: bytes | None) -> ReadBlob:
    """Read a content that stands at `path`; None is one that is too large to be read."""
    language = language_of(path) or "other"
    why = "too large" if source is None else why_not(source)
    if source is None or why:
        return ReadBlob(_row(sha, language, why))
    language = refined(language, source)
    parsed, version = _parsed(language, source)
    words = path_words(path)
    rows, texts = _symbol_rows(path, words, parsed)
    counted = [counted_words(source.decode("utf-8", "replace"))]
    # The path's words are added where the index is read: the same content may stand elsewhere then.
    counted += [counted_words(text.removeprefix(words)) for text in texts]
    references = [{"kind": one.kind, "name": one.name, "line": one.line, "count": one.count} for one in parsed.references]
    blob = _row(sha, language, "", version) | {"lines": source.count(b"\n") + 1, "words": pack(counted)}
    return ReadBlob(blob, rows, references, {text_hash(text): text for text in texts})


def path_words(path: str) -> str:
    """A path as words: what every piece of a file begins with."""
    stem, _, _ = path.rpartition(".")
    return " ".join(part for part in _SPLIT.split(stem) if part)[:200]


def text_hash(text: str) -> str:
    """A text by its hash, 32 hex characters, as in all of memory."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _parsed(language: str, source: bytes) -> tuple[Parsed, int]:
    """What was read, and the version: 0 where a grammar is missing, so that it is read anew when it is there."""
    grammar = grammar_of(language)
    if grammar is None:
        return by_lines(source), VERSION if language == "other" else 0
    try:
        return parse(grammar, source), VERSION
    except TooSlow:
        return by_lines(source), VERSION


def _symbol_rows(path: str, words: str, parsed: Parsed) -> tuple[list[Json], list[str]]:
    """Rows in order, the head of the file as number 0, and the texts of pieces in the same order."""
    stem = path.rpartition("/")[2].partition(".")[0]
    head = f"{words}\n{parsed.head}".strip()
    whole = Symbol(stem, "", "module", 1, 1, "", head)
    rows, texts = [_symbol_row(0, whole, head)], [head]
    for seq, symbol in enumerate(parsed.symbols, 1):
        text = ""
        if symbol.own:
            kind = "" if symbol.kind in ("function", "macro") else f"{symbol.kind} "
            text = f"{words} {kind}{symbol.qualname.replace('.', ' ')}\n{symbol.text}"
            texts.append(text)
        rows.append(_symbol_row(seq, symbol, text))
    return rows, texts


def _symbol_row(seq: int, symbol: Symbol, text: str) -> Json:
    return {
        "seq": seq, "name": symbol.name[:200], "qualname": symbol.qualname, "kind": symbol.kind,
        "start_line": symbol.start_line, "end_line": symbol.end_line, "text_hash": text_hash(text) if text else "",
        "signature": symbol.signature,
    }  # fmt: skip


def _row(sha: str, language: str, skipped: str, version: int = VERSION) -> Json:
    return {"sha": sha, "lang": language, "indexed_version": version, "skipped": skipped, "lines": 0, "words": b""}
