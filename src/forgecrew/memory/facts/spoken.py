"""What of a text its author said in their own words, and whether a quote and a statement are borne out by it."""

import re

from forgecrew.memory.facts.offer import QUOTE_CHARACTERS_MAX, QUOTE_CHARACTERS_MIN
from forgecrew.memory.ranking.words import prose_words

WORDS_SHARE_MIN = 0.5
"""Of the telling words of a statement so many stand in the text."""
_FENCE = re.compile(r"^[ \t]*(?P<fence>```+|~~~+)[^\n]*\n.*?(?:^[ \t]*(?P=fence)[ \t]*$|\Z)", re.M | re.S)
_QUOTED = re.compile(r"^[ \t]*>[^\n]*(?:\n(?![ \t]*\n)[^\n]+)*", re.M)
"""A quoted paragraph as a forge shows it: the lines that follow without a gap belong to it."""
_POINTING = frozenset(
    ("it", "its", "this", "that", "these", "those", "they", "he", "she", "his", "her", "their", "there", "es", "dies", "sie")
)
_NAME = re.compile(r"`[^`\n]+`|[@#][\w.-]+|[\w./:-]*\d[\w./:-]*|\w+(?:[./]\w+)+|\w+_\w+")
"""What cannot be said in other words: numbers, names, paths, identifiers."""


def spoken(text: str) -> str:
    """The text without the words of others: quoted lines and blocks of code are left out."""
    return re.sub(r"\n{3,}", "\n\n", _QUOTED.sub("", _FENCE.sub("", text))).strip()


def stands_in(quote: str, text: str) -> bool:
    """Whether a quote of some length occurs in a text, white space aside."""
    plain = " ".join(quote.split())
    return QUOTE_CHARACTERS_MIN <= len(plain) <= QUOTE_CHARACTERS_MAX and plain in " ".join(text.split())


def stands_alone(statement: str) -> bool:
    """Whether a statement begins with what it is about, and not with a word that points into its text."""
    first = re.match(r"\W*(\w+)", statement.lower())
    return first is not None and first[1] not in _POINTING


def borne_out(statement: str, text: str) -> bool:
    """Whether a statement says nothing that the text does not name: every number and name, and half of its words."""
    known = text.lower()
    names = [one.strip("`.:/-").lower() for one in _NAME.findall(statement)]
    if any(one and one not in known for one in names):
        return False
    words, said = prose_words(statement), set(prose_words(text))
    return bool(words) and sum(word in said for word in words) >= WORDS_SHARE_MIN * len(words)
