"""Late interaction: each word of a question finds its nearest word in a passage; rare words count more."""

import math
from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from forgecrew.ports.embedder import WordVectors


class NearestWords:
    """The word vectors of some passages; one without any gets 0 for every word."""

    def __init__(self, passages: Sequence[WordVectors | None]) -> None:
        self._size = len(passages)
        held = [(place, one) for place, one in enumerate(passages) if one is not None and len(one.words)]
        self._places = np.array([place for place, _ in held], np.intp)
        self._starts = np.cumsum([0, *(len(one.words) for _, one in held)])[:-1]
        self._rows = np.concatenate([one.rows for _, one in held]) if held else None
        self._holding = Counter(word for _, one in held for word in set(one.words))

    def nearness(
        self, asked: WordVectors | None, without: Collection[str] = ()
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Passages × words of the question: cosine of the nearest word; and the weight of each word, in sum 1.

        `without` are words that do not count: names of authors are everywhere.
        """
        kept = [place for place, word in enumerate(asked.words) if word not in without] if asked else []
        if self._rows is None or asked is None or not kept:
            return np.zeros((self._size, 1), np.float32), np.ones(1, np.float32)
        found = np.zeros((self._size, len(kept)), np.float32)
        found[self._places] = np.maximum.reduceat(self._rows @ asked.rows[kept].T, self._starts, axis=0)
        weights = np.array([self._idf(asked.words[place]) for place in kept], np.float32)
        return found, weights / weights.sum()

    def _idf(self, word: str) -> float:
        holding = self._holding[word]
        return math.log(1 + (self._size - holding + 0.5) / (holding + 0.5))
