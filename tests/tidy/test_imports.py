"""Imports run downwards, and in no circle."""

import ast
import subprocess
import sys
from pathlib import Path

from .measure import cycles
from .tree import PACKAGE, ROOT, modules, shown


def test_import_contracts_are_kept() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_no_module_imports_itself_through_others() -> None:
    assert [sorted(circle) for circle in cycles()] == []


def imported_names(path: Path) -> set[str]:
    """Full names of every module that a file imports from outside its package."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return whole | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


def test_core_imports_the_standard_library_only() -> None:
    allowed = sys.stdlib_module_names | {"forgecrew"}
    found = {
        shown(path): names
        for path in (PACKAGE / "core").glob("*.py")
        if (names := {name.split(".")[0] for name in imported_names(path)} - allowed)
    }
    assert found == {}


def test_only_discovery_imports_by_name() -> None:
    dynamic = {"importlib", "importlib.util", "importlib.machinery", "runpy", "pkgutil"}
    found = [shown(path) for path in modules() if imported_names(path) & dynamic]
    assert set(found) <= {"src/forgecrew/app/discover.py"}
