"""The vectors of one model in this process: columns that grow, and that a search in another thread may read meanwhile.

A row is never written again once a view shows it; what changes is its label, and labels are copied before they change.
"""

import mmap
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np

from forgecrew.core.scope import Scope
from forgecrew.memory.vectors.compare import RowsView, codes_of
from forgecrew.memory.vectors.halves import from_bytes

Label = tuple[str, str, int, str]
"""Repository, readers, integrity, author: what decides who may read a row."""
IN_A_FILE_FROM = 200_000
"""So many rows or more stand in a file without a name, mapped into memory: the system may take their pages away."""
GONE = -1
SCOPES_KEPT = 16


class Rows:
    """All rows; `folder` takes the file when there are very many."""

    def __init__(self, dimension: int, folder: Path | None = None) -> None:
        self.dimension, self._folder = dimension, folder
        self._file: Any = None
        self._labels_known: dict[Label, int] = {}
        self._allowed: dict[Scope, np.ndarray[Any, np.dtype[np.bool_]]] = {}
        self.count = 0
        words = -(-dimension // 64)
        self._ids, self._labels = np.empty(0, np.int64), np.empty(0, np.int32)
        self._codes, self._scales = np.empty((0, dimension), np.int8), np.empty(0, np.float32)
        self._bits = np.empty((words, 0), np.uint64)

    def view(self) -> RowsView:
        """What is there now."""
        held = slice(0, self.count)
        return RowsView(self._ids[held], self._labels[held], self._codes[held], self._scales[held], self._bits[:, held])

    def add(self, ids: Sequence[int], labels: Sequence[Label], kept: Sequence[bytes]) -> None:
        """Append rows given as fp16; an id that is there already is shown twice, so callers look first."""
        codes, scales, bits = codes_of(from_bytes(kept))
        self._make_room(self.count + len(ids))
        held = slice(self.count, self.count + len(ids))
        self._ids[held], self._labels[held] = ids, [self._code(label) for label in labels]
        self._codes[held], self._scales[held], self._bits[:, held] = codes, scales, bits.T
        self.count += len(ids)

    def settle(self) -> None:
        """After many were added: let the system take back the memory of those that stand in the file."""
        mapped = getattr(self._codes, "_mmap", None)
        if mapped is not None:
            mapped.madvise(mmap.MADV_DONTNEED)

    def relabel(self, told: Mapping[int, Label]) -> list[int]:
        """All live chunks with their labels: rows of others are gone for good, labels are renewed; gives ids without a row."""
        ids, before = self._ids[: self.count].tolist(), self._labels[: self.count].tolist()
        codes = [GONE if code == GONE or id not in told else self._code(told[id]) for id, code in zip(ids, before, strict=True)]
        labels = self._labels.copy()
        labels[: self.count] = codes
        self._labels = labels
        gone = np.flatnonzero(labels[: self.count] == GONE)
        self._codes[gone], self._bits[:, gone] = 0, 0  # what was forgotten is not kept here either
        return sorted(told.keys() - {id for id, code in zip(ids, codes, strict=True) if code != GONE})

    def allowed(self, scope: Scope) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """One truth per label, and a false one at the end, where GONE points to."""
        before = self._allowed.pop(scope, np.zeros(1, np.bool_))[:-1]
        fresh = list(self._labels_known)[len(before) :]
        told = [scope.allows(repo, readers) and scope.trusts(integrity, by) for repo, readers, integrity, by in fresh]
        found = np.concatenate([before, np.array([*told, False], np.bool_)])
        self._allowed[scope] = found
        while len(self._allowed) > SCOPES_KEPT:
            del self._allowed[next(iter(self._allowed))]
        return found

    def _code(self, label: Label) -> int:
        return self._labels_known.setdefault(label, len(self._labels_known))

    def _make_room(self, wanted: int) -> None:
        if wanted <= len(self._ids):
            return
        size = max(1024, wanted, len(self._ids) * 3 // 2)
        for name in ("_ids", "_labels", "_scales", "_bits"):  # rows are their last axis
            old = getattr(self, name)
            new = np.empty((*old.shape[:-1], size), old.dtype)
            new[..., : self.count] = old[..., : self.count]
            setattr(self, name, new)
        if size < IN_A_FILE_FROM:
            codes = np.empty((size, self.dimension), np.int8)
        else:
            first = self._file is None
            if first:
                self._file = TemporaryFile(dir=self._folder)  # noqa: SIM115  open as long as the rows are
                weakref.finalize(self, self._file.close)
            self._file.truncate(size * self.dimension)
            codes = np.memmap(self._file, np.int8, "r+", shape=(size, self.dimension))
            if not first:
                self._codes = codes
                return
        codes[: self.count] = self._codes[: self.count]
        self._codes = codes
