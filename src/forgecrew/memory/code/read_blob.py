"""From one content of a file to the rows that the index keeps of it; pure, so that it runs beside other work in a thread."""

import re

from forgecrew.core.json import Json
from forgecrew.memory.code.blob_rows import VERSION, ReadBlob, blob_row, symbol_row, text_hash
from forgecrew.memory.code.by_lines import by_lines
from forgecrew.memory.code.grammars import grammar_of
from forgecrew.memory.code.kept_words import counted_words, pack
from forgecrew.memory.code.parse import TooSlow, parse
from forgecrew.memory.code.parsed import Parsed, Symbol
from forgecrew.memory.code.sources import language_of, refined, why_not

_SPLIT = re.compile(r"[/_.]+")


def read_blob(path: str, sha: str, source: bytes | None) -> ReadBlob:
    """Read a content that stands at `path`; None is one that is too large to be read."""
    language = language_of(path) or "other"
    why = "too large" if source is None else why_not(source)
    if source is None or why:
        return ReadBlob(blob_row(sha, language, why))
    language = refined(language, source)
    parsed, version = _parsed(language, source)
    words = path_words(path)
    rows, texts = _symbol_rows(path, words, parsed)
    counted = [counted_words(source.decode("utf-8", "replace"))]
    # The path's words are added where the index is read: the same content may stand elsewhere then.
    counted += [counted_words(text.removeprefix(words)) for text in texts]
    references = [{"kind": one.kind, "name": one.name, "line": one.line, "count": one.count} for one in parsed.references]
    blob = blob_row(sha, language, "", version) | {"lines": source.count(b"\n") + 1, "words": pack(counted)}
    return ReadBlob(blob, rows, references, {text_hash(text): text for text in texts})


def path_words(path: str) -> str:
    """A path as words: what every piece of a file begins with."""
    stem, _, _ = path.rpartition(".")
    return " ".join(part for part in _SPLIT.split(stem) if part)[:200]


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
    rows, texts = [symbol_row(0, whole, head)], [head]
    for seq, symbol in enumerate(parsed.symbols, 1):
        text = ""
        if symbol.own:
            kind = "" if symbol.kind in ("function", "macro") else f"{symbol.kind} "
            text = f"{words} {kind}{symbol.qualname.replace('.', ' ')}\n{symbol.text}"
            texts.append(text)
        rows.append(symbol_row(seq, symbol, text))
    return rows, texts
