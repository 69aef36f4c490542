"""Vectors as bytes: half precision, and one bit per number for searches that look coarsely first."""

from collections.abc import Sequence

import numpy as np

from forgecrew.ports.embedder import Vectors


def to_bytes(rows: Vectors) -> list[tuple[bytes, bytes]]:
    """(fp16, bits) of each row; the bits tell which numbers are above 0, first number in the highest bit."""
    halves, bits = rows.astype("<f2"), np.packbits(rows > 0, axis=1)
    return [(half.tobytes(), bit.tobytes()) for half, bit in zip(halves, bits, strict=True)]


def from_bytes(kept: Sequence[bytes]) -> Vectors:
    """Rows of single precision; all of one model."""
    if not kept:
        return np.zeros((0, 0), np.float32)
    return np.frombuffer(b"".join(kept), "<f2").reshape(len(kept), -1).astype(np.float32)
