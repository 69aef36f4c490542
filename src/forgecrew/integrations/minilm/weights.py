"""Weights in a safetensors file: read where they lie on the disk, and kept in half precision.

Half precision takes half the disk and moves no vector by more than some ten-thousandths.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[Any]
_KINDS = {"F32": "<f4", "F16": "<f2"}
"""Others (places as whole numbers) are not needed."""


def read(file: Path) -> dict[str, Weights]:
    """By name, without the model's own in front; pages are read when they are used. Raises ValueError for a damaged file."""
    mapped = np.memmap(file, np.uint8, "r")
    begin = 8 + int(mapped[:8].view("<u8")[0])
    told = cast("dict[str, dict[str, Any]]", json.loads(mapped[8:begin].tobytes()))
    found: dict[str, Weights] = {}
    for name, one in told.items():
        if one.get("dtype") in _KINDS:
            here, end = one["data_offsets"]
            rows = mapped[begin + here : begin + end].view(_KINDS[one["dtype"]])
            found[name.removeprefix("bert.")] = rows.reshape(one["shape"])
    return found


def write(file: Path, weights: Mapping[str, Weights]) -> None:
    """Half or single precision, as they are given; the same bytes each time."""
    told: dict[str, object] = {}
    end = 0
    for name, one in sorted(weights.items()):
        kind = next(kind for kind, code in _KINDS.items() if np.dtype(code) == one.dtype)
        told[name] = {"dtype": kind, "shape": list(one.shape), "data_offsets": [end, end + one.nbytes]}
        end += one.nbytes
    header = json.dumps(told, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    with file.open("wb") as opened:
        opened.write(len(header).to_bytes(8, "little") + header)
        for _, one in sorted(weights.items()):
            opened.write(np.ascontiguousarray(one).tobytes())


def halve(file: Path) -> None:
    """Put half precision in the place of single."""
    made = file.with_suffix(".half")
    write(made, {name: one.astype("<f2") for name, one in read(file).items()})
    made.replace(file)
