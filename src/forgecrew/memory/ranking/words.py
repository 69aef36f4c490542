"""Texts to stemmed words: prose as people write it, and code with its identifiers split."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

import snowballstemmer  # pyright: ignore[reportMissingTypeStubs]

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
_stemmer = cast("Any", snowballstemmer).stemmer("english")


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of one lower-case English word."""
    return _stemmer.stemWord(word)


def plain_words(text: str) -> list[str]:
    """All words in lower case, as they stand."""
    return _PROSE.findall(text.lower())


def prose_words(text: str) -> list[str]:
    """Stems of the words that carry meaning, in their order."""
    return [stem(word) for word in plain_words(text) if word not in PROSE_STOP]


def with_stems(words: Iterable[str], stems: Iterable[str]) -> dict[str, str]:
    """Those of some lower-case words that have one of some stems, and which one.

    Stemming takes long. A stem begins as its words do, but for three short ones ("dying" has "die"): others are not stemmed.
    """
    wanted = frozenset(stems)
    beginnings = {one[:3] if len(one) > 3 else one[:1] for one in wanted}
    likely = (word for word in words if word[:3] in beginnings or word[:1] in beginnings)
    return {word: found for word in likely if (found := stem(word)) in wanted}


def code_words(text: str) -> list[str]:
    """Stems of identifiers, whole and split at capitals, underscores and digits; for code and for reports about it."""
    found: list[str] = []
    for word in _WORD.findall(text):
        parts: list[str] = _PART.findall(word)
        if len(parts) > 1:
            parts.append(word)
        found += [stem(part) for part in map(str.lower, parts) if len(part) > 1 and part not in CODE_STOP]
    return found
