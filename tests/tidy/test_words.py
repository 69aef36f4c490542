"""The project speaks of itself alone: not of how it is made, nor of the machine on which that happened."""

import re

from .tree import shown, tracked

# Patterns that do not match themselves.
_MAKING = ["sub[-]?agents?", "helper[ ]session", "developer[ ]session", "closing[ ]note", "steering[ ]repo", "this[ ]workplace"]
_NOTES = [r"facts[/]\w+\.md", r"DESIGN(?:[.]md| §)", r"prototypes[/]", r"seeds[/]\d"]
_PATHS = [r"(?<![\w.$}>])/(?:work|farm)/", r"/home/\w{2,}/", r"(?-i:/Users/)\w", r"(?<!\w)/opt/[f]c\b"]
_BANNED = re.compile("|".join([*(rf"\b{word}\b" for word in _MAKING), *_NOTES, *_PATHS]), re.IGNORECASE)
_LONGEST_BYTES = 2 << 20


def test_no_file_tells_how_or_where_the_project_is_made() -> None:
    found: list[str] = []
    for path in tracked():
        if path.stat().st_size > _LONGEST_BYTES:
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{shown(path)}: {match.group()}" for match in _BANNED.finditer(text)]
    assert found == []


def test_no_file_is_larger_than_a_megabyte() -> None:
    assert [shown(path) for path in tracked() if path.stat().st_size > 1 << 20] == []
