"""When to say nothing: how likely a candidate is right, learned from cases where it was and where it was not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Signs = NDArray[np.floating]
"""Cases × signs: raw nearness, lead over the next, and whatever else speaks for a candidate."""


@dataclass(frozen=True, slots=True)
class Certainty:
    """Logistic regression on standardised signs, and the probability from which on something is said."""

    mean: tuple[float, ...]
    spread: tuple[float, ...]
    weights: tuple[float, ...]
    offset: float
    threshold: float = 0.5

    def of(self, signs: Signs) -> NDArray[np.float64]:
        """Probability, 0 to 1, that each case is right."""
        scaled = (np.asarray(signs, np.float64) - np.array(self.mean)) / np.array(self.spread)
        return 1 / (1 + np.exp(-np.clip(scaled @ np.array(self.weights) + self.offset, -50, 50)))


def learn_certainty(signs: Signs, right: Sequence[bool], *, precision: float = 0.8, decay: float = 1.0) -> Certainty:
    """Learn it by Newton's method; the threshold is the lowest at which the given share of what is said was right."""
    rows, truth = np.asarray(signs, np.float64), np.asarray(right, np.float64)
    mean, spread = rows.mean(0), rows.std(0) + 1e-9
    scaled = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    penalty = np.diag([decay] * rows.shape[1] + [1e-6])
    weights = np.zeros(scaled.shape[1])
    for _ in range(30):
        likely = 1 / (1 + np.exp(-np.clip(scaled @ weights, -50, 50)))
        gradient = scaled.T @ (likely - truth) + penalty @ weights
        curve = (scaled * (likely * (1 - likely))[:, None]).T @ scaled + penalty
        weights -= np.linalg.solve(curve, gradient)
    likely = 1 / (1 + np.exp(-np.clip(scaled @ weights, -50, 50)))
    made = (tuple(map(float, mean)), tuple(map(float, spread)), tuple(map(float, weights[:-1])), float(weights[-1]))
    return Certainty(*made, threshold_for(likely, truth, precision))


def threshold_for(likely: NDArray[np.floating], right: NDArray[np.floating], precision: float) -> float:
    """The lowest probability at which at least this share of the cases above it was right; 1.0 when there is none."""
    order = np.argsort(-likely, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(shares >= precision)
    return float(likely[order[enough[-1]]]) if len(enough) else 1.0
