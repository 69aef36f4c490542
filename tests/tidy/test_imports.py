"""Imports run downwards, and in no circle."""

import subprocess
import sys
from pathlib import Path

from .measure import cycles
from .tree import ROOT


def test_import_contracts_are_kept() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_no_module_imports_itself_through_others() -> None:
    assert [sorted(circle) for circle in cycles()] == []
