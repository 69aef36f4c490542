"""How well words match passages, each alone, with its neighbours, and its whole thread: every text is read once.

The same numbers as `BM25` over the joined texts. Words are counted when a question asks for them, and only those that may have
one of its stems are stemmed: of a thousand words some ten.
"""

from collections.abc import Mapping, Sequence

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
        self.read = [plain_words(one.text) for one in passages]
        """The words of each text, lower case."""
        beside = [plain_words(f"{one.author} {one.shown}") for one in passages]
        self._said = [[*words, *more] for words, more in zip(self.read, beside, strict=True)]
        self._dated = [plain_words(one.date) for one in passages]
        self._words = frozenset[str]().union(*self._said, *self._dated) - PROSE_STOP
        self._said_lengths, self._dated_lengths = _lengths(self._said), _lengths(self._dated)

    def scores(self, asked: Sequence[str], reaches: Sequence[int]) -> tuple[list[Scores], Scores]:
        """BM25 of each passage with its neighbours up to each reach (0: alone), and of each thread; `asked` are stems."""
        stems = {stem: nth for nth, stem in enumerate(dict.fromkeys(asked))}
        column = {word: stems[stem] for word, stem in with_stems(self._words, stems).items()}
        said, dated = (_counts(told, column, len(stems)) for told in (self._said, self._dated))
        found = [
            _bm25(self._widened(said, reach) + dated, self._widened(self._said_lengths, reach) + self._dated_lengths)
            for reach in reaches
        ]
        return found, _bm25(self._of_threads(said + dated), self._of_threads(self._said_lengths + self._dated_lengths))

    def _widened(self, counts: Table, reach: int) -> Table:
        return self._threads.around_sum(counts, reach)

    def _of_threads(self, counts: Table) -> Table:
        found = np.zeros((len(self._threads.names), *counts.shape[1:]))
        np.add.at(found, self._threads.of, counts)
        return found


def _lengths(told: Sequence[Sequence[str]]) -> Table:
    """How many telling words each text has."""
    return np.array([len([word for word in words if word not in PROSE_STOP]) for words in told], np.float64)


def _counts(told: Sequence[Sequence[str]], column: Mapping[str, int], columns: int) -> Table:
    """How often each text says each stem; `column` tells which stem a word has."""
    found = np.zeros((len(told), columns))
    for row, words in zip(found, told, strict=True):
        for word in words:
            if word in column:
                row[column[word]] += 1
    return found


def _bm25(counts: Table, lengths: Table) -> Scores:
    norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1.0))
    holding = (counts > 0).sum(0)
    idf = np.log(1 + (len(counts) - holding + 0.5) / (holding + 0.5))
    return (counts * (K1 + 1) / (counts + norm[:, None])) @ idf
