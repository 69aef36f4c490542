"""No drawers, and no word that the glossary forbids, in the names of files, folders and classes."""

import ast
import re

from .tree import GUEST, PACKAGE, modules, shown

DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc", "shared", "manager", "managers", "handler", "handlers"}
FORBIDDEN = {"session", "sessions", "environment", "environments"}


def words(name: str) -> set[str]:
    """The words of a snake_case or CamelCase name, in lower case."""
    return {word.lower() for part in name.split("_") for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", part)}


def test_no_file_or_folder_is_a_drawer() -> None:
    named = [path for path in PACKAGE.rglob("*") if not path.is_relative_to(GUEST) and "__pycache__" not in path.parts]
    assert [shown(path) for path in named if words(path.stem) & (DRAWERS | FORBIDDEN)] == []


def test_no_class_is_named_by_a_forbidden_word() -> None:
    found = [
        f"{shown(path)}: {node.name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and words(node.name) & (DRAWERS | FORBIDDEN)
    ]
    assert found == []
