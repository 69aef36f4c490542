"""Every package has a README.md that lists exactly what its folder holds."""

import re
from pathlib import Path

import pytest

from .tree import packages, shown

_ROW = re.compile(r"^- `?([\w.-]+/?)`? — \S", re.M)
_UNLISTED = {"README.md", "__init__.py", "__pycache__", "py.typed"}


def held(folder: Path) -> set[str]:
    """Files and folders that a README has to list; folders end with a slash."""
    return {entry.name + "/" * entry.is_dir() for entry in folder.iterdir() if entry.name not in _UNLISTED}


@pytest.mark.parametrize("folder", packages(), ids=shown)
def test_readme_lists_what_the_folder_holds(folder: Path) -> None:
    readme = folder / "README.md"
    assert readme.exists(), f"{shown(folder)} has no README.md: one sentence, then `- name.py — what it holds` per file"
    text = readme.read_text()
    listed = set(_ROW.findall(text)) - _UNLISTED
    assert sorted(held(folder) - listed) == [], "not listed"
    assert sorted(listed - held(folder)) == [], "listed, but not there"
    first = text.strip().splitlines()[0].lstrip("# ")
    assert first.endswith((".", ":")), "the first line is one sentence"
