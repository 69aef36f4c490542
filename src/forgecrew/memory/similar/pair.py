"""How alike two reports are by their words: shares that mean the same in every repository, and what is in both."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forgecrew.memory.extract import patterns
from forgecrew.memory.ranking.abstain import Certainty
from forgecrew.memory.ranking.bm25 import BM25
from forgecrew.memory.ranking.words import report_words

SIGNS = ("text_share", "title_share", "text_share_back", "title_share_back", "frames", "errors", "rare")
BODY_CHARACTERS = 1_500
WEIGHTS = Path(__file__).with_name("pair.json")
_ERROR = re.compile(r"\b[A-Z]\w{2,60}(?:Error|Exception|Fault|Panic)\b|^(?:panic|fatal|E\d{3,5}): .{8,120}$", re.M)
_FRAME = re.compile(r'File "([^"\n]{1,200})", line \d{1,7}, in ([\w<>.]{1,80})|\bat ([\w$.<>]{4,120})\(')


@dataclass(frozen=True, slots=True)
class InBoth:
    """What two reports have in common, for people to see."""

    frames: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Pairs:
    """One report against some earlier ones; `texts` are (title, body), the one in question last."""

    def __init__(self, texts: Sequence[tuple[str, str]]) -> None:
        self._bodies = [f"{title}\n{body}" for title, body in texts]
        self._titles = [report_words(title) for title, _ in texts]
        self._words = [report_words(f"{title} {body[:BODY_CHARACTERS]}") for title, body in texts]
        self._title_index, self._index = BM25(self._titles), BM25(self._words)
        self._rare = {word for word in self._words[-1] if self._index.idf(word) > np.log(len(texts) / 8 + 1)}

    def signs(self) -> NDArray[np.float64]:
        """Earlier reports × SIGNS; each share is of what a report has in common with itself, so 0 to about 1."""
        rows = [self._signs(place) for place in range(len(self._words) - 1)]
        return np.array(rows, np.float64).reshape(len(rows), len(SIGNS))

    def shared(self, place: int) -> InBoth:
        """What the one in question shares with an earlier one, the most telling first."""
        held = set(self._words[place])
        words = sorted(self._rare & held, key=lambda word: (-self._index.idf(word), word))
        return InBoth(
            self._both(frames_of, place), self._both(errors_of, place), self._both(files_of, place), tuple(words[:6])
        )  # fmt: skip

    def _both(self, find: Any, place: int) -> tuple[str, ...]:
        there = set(find(self._bodies[place]))
        return tuple(one for one in find(self._bodies[-1]) if one in there)[:5]

    def _signs(self, place: int) -> list[float]:
        last, held = len(self._words) - 1, set(self._words[place])
        rare = sum(self._index.idf(word) for word in self._rare if word in held)
        return [
            _share(self._index, self._words, last, place), _share(self._title_index, self._titles, last, place),
            _share(self._index, self._words, place, last), _share(self._title_index, self._titles, place, last),
            float(np.log1p(len(self._both(frames_of, place)))), float(np.log1p(len(self._both(errors_of, place)))),
            float(np.log1p(rare)),
        ]  # fmt: skip


def frames_of(text: str) -> list[str]:
    """Functions on the way to an error, each once."""
    return list(dict.fromkeys(match[2] or match[3] for match in _FRAME.finditer(text)))


def errors_of(text: str) -> list[str]:
    """Names and messages of errors, each once."""
    return list(dict.fromkeys(match.group() for match in _ERROR.finditer(text)))


def files_of(text: str) -> list[str]:
    """Paths that a text names, each once."""
    return list(dict.fromkeys(match[1] for match in patterns.PATH.finditer(text)))


def shipped() -> Certainty:
    """How likely a pair is the same, from its signs, and the threshold above which it is said."""
    kept: dict[str, Any] = json.loads(WEIGHTS.read_text())
    return Certainty(tuple(kept["mean"]), tuple(kept["spread"]), tuple(kept["weights"]), kept["offset"], kept["threshold"])


def _share(index: BM25, texts: Sequence[Sequence[str]], of: int, place: int) -> float:
    scores = index.score(texts[of])
    return float(scores[place] / max(scores[of], 1e-9))
