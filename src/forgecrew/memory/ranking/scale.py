"""Making scores of different origin comparable: z-scores, ranks, and reciprocal rank fusion where nothing is learned."""

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[Any]
"""One number per candidate, higher is better."""


def zscore(scores: NDArray[np.floating]) -> Scores:
    """Mean 0 and deviation 1 over the candidates; all 0 where all are equal."""
    wide = np.asarray(scores, np.float64)
    deviation = wide.std() if wide.size else 0.0
    # less is rounding alone, and another processor would round otherwise
    return (wide - wide.mean()) / (deviation + 1e-9) if deviation > 1e-6 else np.zeros_like(wide)


def share_of_best(scores: NDArray[np.floating]) -> Scores:
    """0 for the worst and 3 for the best, all 0 where all are equal.

    For signs that few candidates have: their z-scores grow with the number of candidates, these do not.
    """
    above = np.asarray(scores, np.float64) - (scores.min() if scores.size else 0)
    return 3 * above / max(float(above.max(initial=0)), 1e-9)


def best_first(scores: NDArray[np.floating]) -> NDArray[np.intp]:
    """Places of the candidates from the best to the worst; equal ones keep their order."""
    return np.argsort(-scores, kind="stable")


def in_order(scores: NDArray[np.floating]) -> list[int]:
    """The same as plain numbers."""
    return cast("list[int]", best_first(scores).tolist())


def ranks(scores: NDArray[np.floating]) -> Scores:
    """The rank of each candidate; the best has 1. All have the middle one where all are equal: their order means nothing."""
    if not len(scores) or not np.ptp(scores):
        return np.full(len(scores), (len(scores) + 1) / 2)
    result = np.empty(len(scores))
    result[best_first(scores)] = np.arange(1, len(scores) + 1)
    return result


def rrf(*arms: NDArray[np.floating], damping: float = 60.0) -> Scores:
    """Reciprocal rank fusion with equal weights: the sum of 1 / (damping + rank)."""
    result = np.zeros(len(arms[0]))
    for arm in arms:
        result += 1 / (damping + ranks(arm))
    return result
