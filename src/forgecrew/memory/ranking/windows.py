"""How well words match passages, each alone, with its neighbours, and its whole thread: every text is read once.

The same numbers as `BM25` over the joined texts. Words are counted when a question asks for them, and only those that may have
one of its stems are stemmed: of a thousand words some ten.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forgecrew.memory.ranking.passage import Passage
from forgecrew.memory.ranking.scale import Scores
from forgecrew.memory.ranking.threads import Threads
from forgecrew.memory.ranking.words import PROSE_STOP, plain_words, with_stems

K1, B = 1.2, 0.75
Table = NDArray[np.floating]
"""Texts × different stems of the question."""


class Windows:
    """The words of some passages, their dates beside them: of a window only the date in its middle counts."""

    def __init__(self, passages: Sequence[Passage], threads: Threads) -> None:
        self._threads = threads
        self.read = read = [plain_words(one.text) for one in passages]
        """The words of each text, lower case."""
        numbers = {word: place for place, word in enumerate(PROSE_STOP)}
        beside = [plain_words(f"{one.author} {one.shown}") for one in passages]
        self._said = _Told([(*words, *more) for words, more in zip(read, beside, strict=True)], numbers)
        self._dated = _Told([plain_words(one.date) for one in passages], numbers)
        self._words = list(numbers)[len(PROSE_STOP) :]

    def scores(self, asked: Sequence[str], reaches: Sequence[int]) -> tuple[list[Scores], Scores]:
        """BM25 of each passage with its neighbours up to each reach (0: alone), and of each thread; `asked` are stems."""
        stems = {stem: nth for nth, stem in enumerate(dict.fromkeys(asked))}
        column = np.full(len(PROSE_STOP) + len(self._words), -1, np.intp)
        places = {word: place for place, word in enumerate(self._words, len(PROSE_STOP))}
        for word, stem in with_stems(self._words, stems).items():
            column[places[word]] = stems[stem]
        said, dated = self._said.counts(column, len(stems)), self._dated.counts(column, len(stems))
        found = [
            _bm25(self._widened(said, reach) + dated, self._widened(self._said.lengths, reach) + self._dated.lengths)
            for reach in reaches
        ]
        return found, _bm25(self._of_threads(said + dated), self._of_threads(self._said.lengths + self._dated.lengths))

    def _widened(self, counts: Table, reach: int) -> Table:
        return self._threads.around_sum(counts, reach)

    def _of_threads(self, counts: Table) -> Table:
        found = np.zeros((len(self._threads.names), *counts.shape[1:]))
        np.add.at(found, self._threads.of, counts)
        return found


class _Told:
    """The words of texts as numbers; `numbers` begins with the stop words and takes up new ones."""

    def __init__(self, read: Sequence[Sequence[str]], numbers: dict[str, int]) -> None:
        self._size = len(read)
        self._owner = np.repeat(np.arange(len(read)), [len(words) for words in read])
        told = (numbers.setdefault(word, len(numbers)) for words in read for word in words)
        self._words = np.fromiter(told, np.intp, len(self._owner))
        telling = self._owner[self._words >= len(PROSE_STOP)]
        self.lengths: Table = np.bincount(telling, minlength=self._size).astype(np.float64)

    def counts(self, column: NDArray[np.intp], columns: int) -> Table:
        """How often each text says each stem; `column` tells by word which stem it has, -1 for none."""
        stem = column[self._words]
        kept = stem >= 0
        flat = np.bincount(self._owner[kept] * columns + stem[kept], minlength=self._size * columns)
        return flat.reshape(self._size, columns).astype(np.float64)


def _bm25(counts: Table, lengths: Table) -> Scores:
    norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1.0))
    holding = (counts > 0).sum(0)
    idf = np.log(1 + (len(counts) - holding + 0.5) / (holding + 0.5))
    return (counts * (K1 + 1) / (counts + norm[:, None])) @ idf
