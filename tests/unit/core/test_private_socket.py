"""Sockets that their own user alone may open."""

import os
import stat
from pathlib import Path

import pytest

from forgecrew.core.private_socket import private_socket


def test_it_is_closed_to_others_and_the_umask_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    before = os.umask(0)
    monkeypatch.setattr(os, "umask", asked.append)
    try:
        private_socket(tmp_path / "socket").close()
    finally:
        monkeypatch.undo()
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "socket").stat().st_mode) == 0o600
    assert asked == []


def test_a_path_that_is_taken_is_told(tmp_path: Path) -> None:
    private_socket(tmp_path / "socket").close()
    with pytest.raises(OSError, match="in use"):
        private_socket(tmp_path / "socket")
