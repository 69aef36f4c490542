"""Vectors for the recall benchmark, made once: kept by the hash of their text in a folder outside the project."""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from forgecrew.integrations.minilm.encode import Model
from forgecrew.ports.embedder import WordVectors


def key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


class Vectors:
    """Looks texts up; what is not there is embedded. Without a cache folder everything is embedded anew."""

    def __init__(self, model: Path, cache: Path | None, name: str) -> None:
        self._folder, self._loaded = model, None
        self._file = cache / f"{name}.npz" if cache else None
        self._kept: dict[str, Any] = {}
        if self._file and self._file.is_file():
            with np.load(self._file) as held:
                self._kept = dict(zip(held["keys"].tolist(), held["rows"], strict=True))

    def of(self, texts: Sequence[str]) -> list[Any]:
        """One float32 row per text."""
        fresh = list({key(text): text for text in texts if key(text) not in self._kept}.values())
        for start in range(0, len(fresh), 512):
            print(f"embedding {start} of {len(fresh)}", file=sys.stderr)
            part = fresh[start : start + 512]
            self._kept.update(zip(map(key, part), self._model().vectors(part).astype(np.float16), strict=True))
        return [self._kept[key(text)].astype(np.float32) for text in texts]

    def words(self, texts: Sequence[str]) -> list[WordVectors]:
        """The word vectors of each text; never kept, as they are large."""
        return self._model().words(texts)

    def save(self) -> None:
        if self._file and self._kept:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(self._file, keys=np.array(list(self._kept)), rows=np.stack(list(self._kept.values())))

    def _model(self) -> Model:
        if self._loaded is None:
            self._loaded = Model(self._folder)
        return self._loaded
