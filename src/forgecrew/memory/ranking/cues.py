"""Signs in a question of what its answer looks like, and in a passage that it looks so; English, and no model."""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from forgecrew.memory.ranking.passage import Passage
from forgecrew.memory.ranking.scale import Scores
from forgecrew.memory.ranking.words import prose_words, stem

_MONTHS = "january february march april may june july august september october november december"
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_TIME = frozenset(
    ["yesterday", "today", "tonight", "tomorrow", "ago", "last", "next", "week", "weekend", "recently", "since", "month",
     "year", *_DAYS.split(), *_MONTHS.replace("may ", "").split()]
)  # fmt: skip
_OF_NOW = frozenset(["morning", "summer", "fall", "winter", "spring"])
"""They tell a time behind "this"."""
_NUMBER = frozenset(
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "once", "twice", "few", "couple", "several",
     "many", "dozen"]
)  # fmt: skip
_NTH = ("st", "nd", "rd", "th")
_NAME = re.compile(r"[A-Z](?<=[a-z,] [A-Z])[a-z]+|\"[^\"]+\"")  # what stands before is looked at last: few are capitals
_SELF = re.compile(r"\b(I|I'm|I've|my|me|we|our|us)\b")
_SELVES = frozenset(["i", "my", "me", "we", "our", "us"])
_PICTURE = re.compile(
    r"\b(photo|picture|image|pic|painting|drawing|share[ds]?|show(?:ed|s)?|look(?:s|ed)? like|poster|sign|posted)\b", re.I
)
_ASKS_TIME = re.compile(r"\bwhen\b|what (date|day|month|year|time)|how long|which (year|month)")
_ASKS_NUMBER = re.compile(r"\bhow (many|much|often|long)\b")
_ASKS_NAME = re.compile(r"\b(where|who|which|name|named|names)\b")
_ASKS_LIST = re.compile(
    r"\b(all|both|types?|kinds?|some|items|activities|hobbies|places|events|books|\w+s (has|have|does|do|did))\b"
)
_ASKS_WHETHER = ("would", "is ", "does", "do ", "did", "has", "have", "are ", "might", "could")
_MONTH_STEMS = frozenset(stem(month) for month in _MONTHS.split())


class QuestionCues:
    """What a question asks for: 1.0 where a sign is there, else 0.0; `words` are its stems."""

    def __init__(self, text: str) -> None:
        low = text.lower()
        self.words = prose_words(text)
        self.time = float(bool(_ASKS_TIME.search(low)))
        self.number = float(bool(_ASKS_NUMBER.search(low)))
        self.name = float(bool(_ASKS_NAME.search(low)))
        self.picture = float(bool(_PICTURE.search(low)))
        self.list = float(bool(_ASKS_LIST.search(low)))
        self.what = float(low.startswith("what"))
        self.how = float(low.startswith(("how ", "why ")))
        self.whether = float(low.startswith(_ASKS_WHETHER))
        self.guess = float(bool(re.search(r"\b(would|likely|might)\b", low)))
        self.dates = {word for word in self.words if word in _MONTH_STEMS or word.isdigit()}

    def row(self) -> list[float]:
        """All of them as numbers."""
        return [
            self.time, self.number, self.name, self.picture, self.list, self.what, self.how, self.whether, self.guess,
            float(bool(self.dates)),
        ]  # fmt: skip

    def dated(self, dates: Sequence[str]) -> Scores:
        """The share of the question's months, days and years that each passage's date names."""
        if not self.dates:
            return np.zeros(len(dates))
        named = {date: len(self.dates.intersection(prose_words(date))) / len(self.dates) for date in set(dates)}
        return np.array([named[date] for date in dates])


def passage_cues(passage: Passage, words: Sequence[str]) -> tuple[float, float, float, float, float]:
    """Time, number and name told; something shown; how much the author speaks of themselves (words in words).

    `words` are those of its text in lower case. Looking them up is many times quicker than one expression over the text.
    """
    text, held = passage.text, frozenset(words)
    counted = [word for word in held if word[0].isdigit()]
    time = not held.isdisjoint(_TIME) or any(word.isdigit() and len(word) == 4 for word in counted)
    time = time or any(word.endswith(_NTH) and word[:-2].isdigit() for word in counted)
    time = time or ("this" in held and any(one == "this" and after in _OF_NOW for one, after in pairwise(words)))
    number = not held.isdisjoint(_NUMBER) or any(word.isdigit() for word in counted)
    selves = 0.0 if held.isdisjoint(_SELVES) else len(_SELF.findall(text)) / (1 + len(text.split()))
    return float(time), float(number), float(bool(_NAME.search(text))), float(bool(passage.shown)), selves
