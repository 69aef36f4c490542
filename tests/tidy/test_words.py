"""The project speaks of itself alone: not of how it is made, nor of the machine on which that happened."""

import re

from .tree import shown, tracked

# Written in halves, so that this file passes its own test.
_MAKING = [
    "sub" "agent", "helper" " session", "developer" " session", "closing" " note", "steering" " repo", "this work" "place",
    "your" " brief", "the" " brief says",
]  # fmt: skip
_NOTES = [r"\bfacts/\w+" r"\.md", r"\bDESIGN" r"(\.md| §)", "prototypes/", r"\bseeds" r"/\d"]
_PATHS = [r"(?<![\w.$}>])/(?:work|farm)" r"/", r"/home/(?!\*)\w+" r"/", r"(?-i:/Users)" r"/\w", r"(?<!\w)/opt/" r"fc\b"]
_BANNED = re.compile("|".join(rf"\b{word}\b" for word in _MAKING) + "|" + "|".join(_NOTES + _PATHS), re.IGNORECASE)
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
