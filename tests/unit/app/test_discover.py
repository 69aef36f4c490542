"""Discovery: what is there is found, what is broken is told and stops nothing else."""

import sys
from pathlib import Path

import pytest

from forgecrew.app import discover


def test_what_the_product_brings() -> None:
    assert "gitea" in discover.providers("forge").working
    assert {"hooks", "health", "tasks", "pages.front"} <= set(discover.routes().working)
    assert {"serve", "task", "version"} <= set(discover.commands().working)
    assert "main" not in discover.commands().working
    for found in (discover.tools(), discover.effects(), discover.procedures(), discover.routes(), discover.commands()):
        assert not found.broken


def test_a_broken_plug_in_is_told_and_the_others_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "plugged_in"
    for name, init, forge in (
        ("good", "", "connect = 1"),
        ("bad", "", "import nowhere_at_all"),
        ("worse", "1/0", ""),
        ("none", "", None),
    ):
        (package / name).mkdir(parents=True)
        (package / name / "__init__.py").write_text(init)
        if forge is not None:
            (package / name / "forge.py").write_text(forge)
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = discover.providers("forge", "plugged_in")
    assert list(found.working) == ["good"]
    assert found.broken["bad"].startswith("ModuleNotFoundError") and found.broken["worse"].startswith("ZeroDivisionError")
    assert "none" not in found.broken
    for name in [name for name in sys.modules if name.startswith("plugged_in")]:
        del sys.modules[name]
