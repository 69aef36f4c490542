"""Every file says in one sentence what it is for."""

import ast
from pathlib import Path

import pytest

from .tree import modules, shown


@pytest.mark.parametrize("path", modules(), ids=shown)
def test_module_says_what_it_is_for(path: Path) -> None:
    text = ast.get_docstring(ast.parse(path.read_text()))
    assert text, "no module docstring"
    first = text.split("\n\n")[0].strip()
    assert first.endswith((".", ":")), "the first paragraph is a sentence"
    assert not first.lower().startswith(("this module", "this file", "module for", "contains ")), (
        "say what it is for, in present tense"
    )
