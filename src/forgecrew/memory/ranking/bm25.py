"""Okapi BM25 over a few thousand texts in memory: how well words match, rare ones more than common ones."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forgecrew.memory.ranking.scale import Scores


class BM25:
    """Cheap to make, as words are counted up only when they are asked for; `k1` damps repetition, `b` long texts."""

    def __init__(self, texts: Sequence[Sequence[str] | Counter[str]], *, k1: float = 1.2, b: float = 0.75) -> None:
        self.size = len(texts)
        self._k1 = k1
        self._texts = [words if isinstance(words, Counter) else Counter(words) for words in texts]
        lengths = np.array([words.total() for words in self._texts] or [0], np.float64)
        self._norm = k1 * (1 - b + b * lengths / max(float(lengths.mean()), 1.0))
        self._postings: dict[str, tuple[NDArray[np.intp], Scores]] = {}

    def idf(self, word: str) -> float:
        """How much one word tells: ln(1 + (N - n + 0.5) / (n + 0.5)); a word in no text tells most."""
        holding = len(self._posting(word)[0])
        return math.log(1 + (self.size - holding + 0.5) / (holding + 0.5))

    def score(self, query: Sequence[str]) -> Scores:
        """Scores of all texts for the different words of a query; 0 where none occurs."""
        result = np.zeros(self.size)
        for word in dict.fromkeys(query):
            places, counts = self._posting(word)
            if len(places):
                result[places] += self.idf(word) * counts * (self._k1 + 1) / (counts + self._norm[places])
        return result

    def coverage(self, query: Sequence[str]) -> Scores:
        """The share of the query that each text holds, rare words counting more: 0 to 1."""
        result, total = np.zeros(self.size), 0.0
        for word in dict.fromkeys(query):
            weight = self.idf(word)
            result[self._posting(word)[0]] += weight
            total += weight
        return result / total if total else result

    def known(self, query: Sequence[str]) -> float:
        """The share of the different words of a query that some text holds, each counting the same: 0 to 1."""
        words = dict.fromkeys(query)
        return sum(len(self._posting(word)[0]) > 0 for word in words) / max(1, len(words))

    def _posting(self, word: str) -> tuple[NDArray[np.intp], Scores]:
        if word not in self._postings:
            found = [(place, words[word]) for place, words in enumerate(self._texts) if word in words]
            places, counts = np.array([one[0] for one in found], np.intp), np.array([one[1] for one in found], np.float64)
            self._postings[word] = places, counts
        return self._postings[word]
