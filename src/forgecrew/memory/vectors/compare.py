"""Which of many rows are nearest: whole numbers of eight bits, read in blocks that fit a processor's cache.

Coarse on purpose (the score is off by some thousandths): whoever asks takes more than it needs and scores those exactly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forgecrew.ports.embedder import Vectors

BLOCK = 256
BITS_BLOCK = 32_768
BITS_FROM = 10_000
"""From so many allowed rows on, those whose signs agree best with the question are compared alone."""
BITS_KEPT = 2_000
"""Of 31,000 texts of conversations, reports and code the hundred nearest are among so many by their signs."""


@dataclass(frozen=True, slots=True, eq=False)
class RowsView:
    """Rows at one moment: codes × scales are the vectors, `bits` their signs; rows × dimension, rows, words × rows."""

    ids: NDArray[np.int64]
    labels: NDArray[np.int32]
    codes: NDArray[np.int8]
    scales: NDArray[np.float32]
    bits: NDArray[np.uint64]


def codes_of(rows: Vectors) -> tuple[NDArray[np.int8], NDArray[np.float32], NDArray[np.uint64]]:
    """Codes, scales and signs of some vectors."""
    scales = np.maximum(np.abs(rows).max(1, initial=0.0), 1e-9).astype(np.float32) / 127
    codes = np.rint(rows / scales[:, None]).astype(np.int8)
    return codes, scales, signs_of(rows)


def signs_of(rows: Vectors) -> NDArray[np.uint64]:
    """One bit per number, above 0 or not, filled up to whole words."""
    packed = np.packbits(rows > 0, axis=1)
    return np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8))).view(np.uint64)


def nearest(view: RowsView, query: Vectors, allowed: NDArray[np.bool_], limit: int) -> NDArray[np.int64]:
    """Ids of about the best `limit` rows among those that are allowed, best first; `allowed` holds one truth per label."""
    may = allowed.take(view.labels, mode="wrap")  # the last one stands for rows that are gone, which have -1
    if np.count_nonzero(may) > BITS_FROM:
        places = _by_signs(view.bits, signs_of(query[None])[0], may, max(BITS_KEPT, 4 * limit))
    else:
        places = np.flatnonzero(may)
    scores = _scores(view, query, places)
    best = np.argpartition(-scores, limit)[:limit] if len(scores) > limit else np.arange(len(scores))
    return view.ids[places[best[np.argsort(-scores[best], kind="stable")]]]


def _by_signs(bits: NDArray[np.uint64], asked: NDArray[np.uint64], may: NDArray[np.bool_], kept: int) -> NDArray[np.intp]:
    """Places of about `kept` rows, all that differ in equally many signs."""
    worst = bits.shape[0] * 64 + 1
    differ = ~may * np.uint16(worst)
    for start in range(0, len(may), BITS_BLOCK):
        block = slice(start, start + BITS_BLOCK)
        total = np.bitwise_count(bits[0, block] ^ asked[0]).astype(np.uint16)
        for word, sign in zip(bits[1:, block], asked[1:], strict=True):
            total += np.bitwise_count(word ^ sign)
        np.maximum(differ[block], total, out=differ[block])
    up_to = np.cumsum(np.bincount(differ, minlength=worst + 1))
    return np.flatnonzero(differ <= min(int(np.searchsorted(up_to, kept)), worst - 1))


def _scores(view: RowsView, query: Vectors, places: NDArray[np.intp]) -> NDArray[np.float32]:
    scores = np.empty(len(places), np.float32)
    block = np.empty((BLOCK, view.codes.shape[1]), np.float32)
    every = len(places) == len(view.ids)
    for start in range(0, len(places), BLOCK):
        end = min(start + BLOCK, len(places))
        np.copyto(block[: end - start], view.codes[start:end] if every else view.codes[places[start:end]])
        # not BLAS: its threads wait for each other on a busy machine
        np.einsum("ij,j->i", block[: end - start], query, out=scores[start:end])
    return scores * view.scales[places]
