"""How well an order of candidates finds what answers: shares within the first k, and how sure a mean is."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Row = dict[str, float]


def positions(scores: NDArray[np.floating], gold: Sequence[int]) -> list[int]:
    """Places of the gold items in the order, best first, from 0."""
    place = np.empty(len(scores), np.intp)
    place[np.argsort(-scores, kind="stable")] = np.arange(len(scores))
    return sorted(int(place[one]) for one in gold)


def share_within(at: Sequence[int], k: int) -> float:
    return sum(place < k for place in at) / len(at)


def mean(rows: Sequence[Row], prefix: str = "") -> Row:
    """The mean of each figure over the rows that have it."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {f"{prefix}{name}": round(float(np.mean([row[name] for row in rows if name in row])), 4) for name in names}


def bootstrap(rows: Sequence[Row], names: Sequence[str], draws: int = 1000) -> Row:
    """The 95 % interval of some figures, as <name>_low and <name>_high, by drawing questions anew."""
    random, found = np.random.default_rng(0), {}
    for name in names:
        values = np.array([row[name] for row in rows if name in row])
        if not len(values):
            continue
        means = values[random.integers(0, len(values), (draws, len(values)))].mean(1)
        low, high = np.percentile(means, [2.5, 97.5])
        found |= {f"{name}_low": round(float(low), 4), f"{name}_high": round(float(high), 4)}
    return found


Scorer = Callable[[int], NDArray[np.floating]]


def precision_at(sure: Sequence[tuple[float, bool]], hits: float) -> float:
    """The share that is right among the surest ones, so many that `hits` of them are."""
    right = np.array([ok for _, ok in sorted(sure, key=lambda one: -one[0])], float)
    enough = np.flatnonzero(np.cumsum(right) >= hits)
    return float(right[: enough[0] + 1].mean()) if len(enough) else 0.0
