"""Rows in memory and in a file, compared coarsely."""

from pathlib import Path

import numpy as np
import pytest

from forgecrew.core.scope import Scope
from forgecrew.memory.vectors import compare
from forgecrew.memory.vectors import rows as rows_module
from forgecrew.memory.vectors.compare import nearest
from forgecrew.memory.vectors.halves import to_bytes
from forgecrew.memory.vectors.rows import Label, Rows
from tests.unit.memory.vectors.held import unit_rows

OPEN: Label = ("acme/tally", "public", 2, "mia")
SHUT: Label = ("acme/tally", "repo:acme/tally", 2, "mia")


def filled(count: int, folder: Path | None = None, dimension: int = 100) -> tuple[Rows, np.ndarray]:
    made, rows = Rows(dimension, folder), unit_rows(count, dimension=dimension)
    for start in range(0, count, 700):
        some = rows[start : start + 700]
        ids = list(range(start, start + len(some)))
        made.add(ids, [OPEN if id % 3 else SHUT for id in ids], [v16 for v16, _ in to_bytes(some)])
    made.settle()
    return made, rows


@pytest.mark.parametrize("in_a_file", [False, True])
@pytest.mark.parametrize("by_signs", [False, True])
def test_nearest_agree_with_all_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_a_file: bool, by_signs: bool
) -> None:
    monkeypatch.setattr(rows_module, "IN_A_FILE_FROM", 1500 if in_a_file else 10**9)
    monkeypatch.setattr(compare, "BITS_FROM", 1000 if by_signs else 10**9)
    made, rows = filled(5000, tmp_path)
    assert isinstance(made.view().codes, np.memmap) is in_a_file
    assert list(tmp_path.iterdir()) == []
    agreed = 0
    for asked in unit_rows(20, seed=5, dimension=100):
        scores = rows @ asked
        scores[::3] = -9  # shut
        wanted = set(np.argsort(-scores)[:10].tolist())
        agreed += len(wanted & set(nearest(made.view(), asked, made.allowed(Scope()), 40).tolist()))
    assert agreed >= (190 if by_signs else 200)


def test_a_view_stays_what_it_was(tmp_path: Path) -> None:
    made, rows = filled(900)
    view, allowed = made.view(), made.allowed(Scope.of_repos(["acme/tally"]))
    before = nearest(view, rows[1], allowed, 5).tolist()
    made.add([10_000], [("new/repo", "public", 2, "noa")], [to_bytes(rows[1:2])[0][0]])
    assert nearest(view, rows[1], allowed, 5).tolist() == before
    assert 10_000 in nearest(made.view(), rows[1], made.allowed(Scope.of_repos(["acme/tally"])), 5).tolist()


def test_rows_of_what_was_forgotten_are_emptied() -> None:
    made, _ = filled(9)
    missing = made.relabel({id: OPEN for id in (0, 1, 2, 77)})
    assert missing == [77]
    view = made.view()
    assert not view.codes[3:].any() and not view.bits[:, 3:].any() and view.codes[:3].any(axis=1).all()
    assert made.relabel({id: OPEN for id in range(5)}) == [3, 4]
