"""Where passages stand: who is next to whom in its thread, and what a thread as a whole gives."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forgecrew.memory.ranking.gather import by_owner
from forgecrew.memory.ranking.passage import Passage
from forgecrew.memory.ranking.scale import Scores, zscore


class Threads:
    """The places of some passages, each looked up by its thread and place; gaps in a thread are no neighbours."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.size = len(passages)
        self.names = list(dict.fromkeys(passage.thread for passage in passages))
        number = {name: place for place, name in enumerate(self.names)}
        self.of = np.array([number[passage.thread] for passage in passages], np.intp)
        self.place = np.array([passage.place for passage in passages], np.float64)
        self._at = {(passage.thread, passage.place): where for where, passage in enumerate(passages)}
        self._passages = passages
        last = np.zeros(len(self.names))
        np.maximum.at(last, self.of, self.place)
        self.to_end = last[self.of] - self.place
        self._neighbours: dict[int, NDArray[np.intp]] = {}

    def around(self, where: int, reach: int) -> list[int]:
        """The passage and its neighbours up to `reach` places away, in their order."""
        here = self._passages[where]
        near = (self._at.get((here.thread, here.place + step)) for step in range(-reach, reach + 1))
        return [one for one in near if one is not None]

    def neighbour(self, step: int) -> NDArray[np.intp]:
        """Which passage stands `step` places on; -1 where none does."""
        if step not in self._neighbours:
            found = [self._at.get((one.thread, one.place + step), -1) for one in self._passages]
            self._neighbours[step] = np.array(found, np.intp)
        return self._neighbours[step]

    def shifted(self, scores: NDArray[np.floating], step: int) -> NDArray[np.floating]:
        """For each passage the score of the one `step` places on; 0 where there is none. Rows may be vectors."""
        neighbour = self.neighbour(step)
        there = neighbour >= 0
        return np.where(there.reshape(-1, *[1] * (scores.ndim - 1)), scores[neighbour], 0)

    def around_sum(self, rows: NDArray[np.floating], reach: int) -> NDArray[np.floating]:
        """For each passage the sum of its row and those of its neighbours up to `reach` places away."""
        total = rows
        for step in (*range(-reach, 0), *range(1, reach + 1)):
            if (self.neighbour(step) >= 0).any():
                total = total + self.shifted(rows, step)
        return total

    def around_mean(self, rows: NDArray[np.floating], reach: int) -> NDArray[np.floating]:
        """The same as a mean."""
        many = self.around_sum(np.ones(len(rows)), reach)
        return self.around_sum(rows, reach) / many[:, None].astype(rows.dtype)

    def widened(self, scores: NDArray[np.floating]) -> NDArray[np.floating]:
        """The best of a passage and its two neighbours."""
        return np.maximum(scores, np.maximum(self.shifted(scores, -1), self.shifted(scores, 1)))

    def best_three(self, scores: Scores) -> Scores:
        """For each passage the mean of the three best of its thread, as a z-score over the threads."""
        sizes = np.bincount(self.of, minlength=len(self.names))
        means = by_owner(scores, self.of, len(self.names), (1.0, 1.0, 1.0)) / np.minimum(sizes, 3)
        return zscore(means)[self.of]
