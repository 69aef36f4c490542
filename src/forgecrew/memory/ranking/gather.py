"""From passages to what they belong to: the order of threads, sessions or files by their best passages."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from forgecrew.memory.ranking.scale import Scores

Group = TypeVar("Group", bound=Hashable)
SHARES = (1.0, 0.1, 0.05)
"""What the best, second and third passage add to the score of their thread."""


def best_groups(scores: NDArray[np.floating], groups: Sequence[Group], shares: Sequence[float] = SHARES) -> list[Group]:
    """The groups from the best to the worst; `groups` names the one of each passage."""
    held: dict[Group, list[float]] = {}
    for group, score in zip(groups, scores.tolist(), strict=True):
        held.setdefault(group, []).append(score)
    value = {
        group: sum(share * score for share, score in zip(shares, sorted(found, reverse=True), strict=False))
        for group, found in held.items()
    }
    return sorted(value, key=value.__getitem__, reverse=True)


def by_owner(scores: Scores, owner: NDArray[np.intp], count: int, shares: Sequence[float]) -> Scores:
    """The score of each of `count` owners by its best pieces; `owner` tells whose each piece is; 0 for one without any."""
    order = np.lexsort((-scores, owner))
    sorted_owner = owner[order]
    first = np.searchsorted(sorted_owner, np.arange(count + 1))
    result = np.zeros(count)
    for nth, share in enumerate(shares):
        there = first[:-1] + nth < first[1:]
        result[there] += share * scores[order[first[:-1][there] + nth]]
    return result
