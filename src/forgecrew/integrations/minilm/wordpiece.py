"""Texts to the numbers of BERT's word pieces: plain letters, punctuation apart, the longest known beginning first.

The same as the package `tokenizers` gives for this model's tokenizer.json, which brings 35 MiB of others along.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

UNKNOWN, BEGIN, END = "[UNK]", "[CLS]", "[SEP]"
LETTERS_MAX = 100
"""A longer word is unknown."""
_SPECIAL = re.compile(r"(\[(?:PAD|UNK|CLS|SEP|MASK)\])")
_ASCII = re.compile(r"[a-z0-9]+|[!-/:-@\[-`{-~]")
_ASCII_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HIDDEN = frozenset(["Cc", "Cf", "Co", "Cs"])
_CJK = re.compile(
    "([\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002a6df\U0002a700-\U0002b73f\U0002b740-\U0002b81f\U0002b820-\U0002ceaf"
    "\uf900-\ufaff\U0002f800-\U0002fa1f])"
)


class WordPiece:
    """The vocabulary of one model."""

    def __init__(self, file: Path, tokens_max: int) -> None:
        """From a tokenizer.json. Raises OSError, ValueError or KeyError for a file that is none."""
        self._numbers: dict[str, int] = json.loads(file.read_bytes())["model"]["vocab"]
        self._tokens_max = tokens_max
        self._pieces = lru_cache(maxsize=20_000)(self._cut)

    def tokens(self, text: str) -> list[str]:
        """Word pieces between a beginning and an end, cut off at the most that the model reads."""
        found: list[str] = []
        for nth, part in enumerate(_SPECIAL.split(text)):
            for word in (part,) if nth % 2 else _words(part):
                found += (word,) if nth % 2 else self._pieces(word)
                if len(found) > self._tokens_max:
                    break
        return [BEGIN, *found[: self._tokens_max - 2], END]

    def numbers(self, tokens: list[str]) -> list[int]:
        """Of tokens."""
        return [self._numbers[token] for token in tokens]

    def _cut(self, word: str) -> tuple[str, ...]:
        if len(word) > LETTERS_MAX:
            return (UNKNOWN,)
        pieces: list[str] = []
        start = 0
        while start < len(word):
            end, before = len(word), "##" if start else ""
            while end > start and before + word[start:end] not in self._numbers:
                end -= 1
            if end == start:
                return (UNKNOWN,)
            pieces.append(before + word[start:end])
            start = end
        return tuple(pieces)


def _words(text: str) -> Iterator[str]:
    """Lower-case words without accents, each punctuation mark and each ideograph by itself."""
    if text.isascii():
        yield from _ASCII.findall(_ASCII_CONTROLS.sub("", text).lower())
        return
    kept = "".join(one for one in text if one in "\t\n\r" or (one != "\ufffd" and unicodedata.category(one) not in _HIDDEN))
    bare = (one for one in unicodedata.normalize("NFD", _CJK.sub(r" \1 ", kept)) if unicodedata.category(one) != "Mn")
    for word in "".join(one.lower() for one in bare).split():
        start = 0
        for place, one in enumerate(word):
            if _is_mark(one):
                if place > start:
                    yield word[start:place]
                yield one
                start = place + 1
        if start < len(word):
            yield word[start:]


def _is_mark(one: str) -> bool:
    return bool(_ASCII.fullmatch(one) and not one.isalnum()) or unicodedata.category(one)[0] == "P"
