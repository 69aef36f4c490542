"""The words of a content and of its pieces as they are kept: counted, one part a line, packed."""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from forgecrew.memory.ranking.words import code_words

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*|[0-9]+")
"""As `code_words` finds them: a text's words are those of its identifiers, and most of these come again and again."""


def counted_words(text: str) -> Counter[str]:
    """The words of `code_words`, counted, in a third of its time."""
    found: Counter[str] = Counter()
    for word, count in Counter(_WORD.findall(text)).items():
        for part in _words_of(word):
            found[part] += count
    return found


@lru_cache(maxsize=100_000)
def _words_of(word: str) -> tuple[str, ...]:
    return tuple(code_words(word))


def pack(parts: Sequence[Counter[str]]) -> bytes:
    """From counted words, the whole content first."""
    lines = (" ".join(f"{word}:{count}" if count > 1 else word for word, count in part.items()) for part in parts)
    return zlib.compress("\n".join(lines).encode(), 1)


def unpack(kept: bytes) -> list[Counter[str]]:
    """The same again; nothing for a content that was left out."""
    if not kept:
        return []
    parts: list[Counter[str]] = []
    for line in zlib.decompress(kept).decode().split("\n"):
        pairs = (word.partition(":") for word in line.split(" ") if word)
        parts.append(Counter({word: int(count or 1) for word, _, count in pairs}))
    return parts
