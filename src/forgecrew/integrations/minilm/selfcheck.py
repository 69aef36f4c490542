"""Does an encoder give the vectors that it should? Five texts of different length in one batch, against stored numbers."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from forgecrew.core.errors import ConfigError
from forgecrew.integrations.minilm.files import DIMENSION, INSTALL
from forgecrew.ports.embedder import Vectors

REFERENCE = Path(__file__).with_name("reference.json")
DIFFERENCE_MAX = 1e-3
"""Encoders differ by 3e-7; one whose mask or padding is wrong differs by 0.1 and more."""


def self_check(encode: Callable[[Sequence[str]], Vectors]) -> None:
    """Raises ConfigError when the vectors are not those of the model; a wrong one would spoil every search silently."""
    reference: list[dict[str, Any]] = json.loads(REFERENCE.read_text())
    found = encode([one["text"] for one in reference])
    wanted = np.array([one["vector"] for one in reference], np.float32)
    if found.shape != (len(reference), DIMENSION):
        raise ConfigError(f"the embedding model gives {found.shape[-1]} numbers a text, not {DIMENSION}; {INSTALL}")
    difference = float(np.abs(found[:, : wanted.shape[1]] - wanted).max())
    if not difference <= DIFFERENCE_MAX:
        raise ConfigError(f"the embedding model gives wrong vectors (off by {difference:.2g}); {INSTALL}")
