"""Texts to stemmed words: prose as people write it, and code with its identifiers split."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

import Stemmer  # pyright: ignore[reportMissingTypeStubs]

from forgecrew.memory.chunking.unspaced import has_unspaced, taken_apart

_PROSE_STOP_TEXT = """
a an the of to in on at for and or is are was were be been do does did has have had what which who when where why how it
its this that with by from as i you he she they we me my your his her their our s t about would
"""
PROSE_STOP = frozenset(_PROSE_STOP_TEXT.split())
_CODE_STOP_TEXT = """
a an the of to in on at for and or is are was were be been do does did not no it its this that with by from as i you he
we they self def return if else none true false import class fix fixes fixed bug when
"""
CODE_STOP = frozenset(_CODE_STOP_TEXT.split())
_PROSE = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*|[0-9]+")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+|[0-9]+")
_OTHERWISE = frozenset(["die", "lie", "tie"])
"""Stems of "dying" and two more."""
_stemmer = cast("Any", Stemmer).Stemmer("english", 0)  # Snowball in C; what it gave is kept below


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of one lower-case English word."""
    return _stemmer.stemWord(word)


def plain_words(text: str) -> list[str]:
    """All words in lower case, as they stand; of scripts without spaces pairs of letters."""
    words: list[str] = _PROSE.findall(text.lower())
    return taken_apart(words) if has_unspaced(text) else words


def prose_words(text: str) -> list[str]:
    """Stems of the words that carry meaning, in their order."""
    return [stem(word) for word in plain_words(text) if word not in PROSE_STOP]


def beginning(stem: str) -> str:
    """With what every word that has this stem begins: its ending is cut, at times one of these letters stands in its place."""
    if stem in _OTHERWISE:
        return stem[:1]
    return stem[:-1] if len(stem) > 1 and stem[-1] in "eily" else stem


def with_stems(words: Iterable[str], stems: Iterable[str]) -> dict[str, str]:
    """Those of some lower-case words that have one of some stems, and which one; stemming takes long, so few are stemmed."""
    wanted = frozenset(stems)
    beginnings = tuple({beginning(one) for one in wanted})
    return {word: found for word in words if word.startswith(beginnings) and (found := stem(word)) in wanted}


def says(text: str, wanted: str) -> bool:
    """Whether a text in lower case has a word with this stem, without taking the text apart."""
    begin, at = beginning(wanted), -1
    while (at := text.find(begin, at + 1)) >= 0:
        word = _PROSE.match(text, at) if at == 0 or not text[at - 1].isalnum() else None
        if word and stem(word.group()) == wanted:
            return True
    return False


def report_words(text: str) -> list[str]:
    """Those of `code_words`, and words that are not written in ASCII alone."""
    found = code_words(text)
    return found if text.isascii() else [*found, *(stem(word) for word in plain_words(text) if not word.isascii())]


def code_words(text: str) -> list[str]:
    """Stems of identifiers, whole and split at capitals, underscores and digits; for code and for reports about it."""
    found: list[str] = []
    for word in _WORD.findall(text):
        parts: list[str] = _PART.findall(word)
        if len(parts) > 1:
            parts.append(word)
        found += [stem(part) for part in map(str.lower, parts) if len(part) > 1 and part not in CODE_STOP]
    return found
