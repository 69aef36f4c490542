"""Finding fenced blocks in a model's answer, also where contents have fences of their own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

OPENER = re.compile(r"^(\s{0,12})(`{3,}|~{3,})[ \t]*\{?\.?([A-Za-z_][\w-]*)?\}?:?[ \t]*(.*)$")
HEREDOC = re.compile(r"<<-?\s*(['\"]?)([A-Za-z_]\w*)\1")
SEARCH = re.compile(r"^\s*<{5,9}(\s|$)")
REPLACE = re.compile(r"^\s*>{5,9}(\s|$)")


@dataclass(frozen=True, slots=True)
class Fence:
    """One line that is a fence: `word` and `rest` are what follows the marks; a fence without both is bare and may close."""

    line: int
    indent: str
    marks: str
    word: str
    rest: str

    @property
    def bare(self) -> bool:
        """Only marks."""
        return not self.word and not self.rest.strip()

    def matches(self, opener: "Fence") -> bool:
        """Whether it can stand for the opener's own marks: same character, at least as long."""
        return self.marks[0] == opener.marks[0] and len(self.marks) >= len(opener.marks)


def fences(lines: Sequence[str]) -> Iterator[Fence]:
    """Every line that looks like a fence, in order."""
    for number, line in enumerate(lines):
        if match := OPENER.match(line):
            yield Fence(number, match[1], match[2], match[3] or "", match[4])


def closing(lines: Sequence[str], opener: Fence, kind: str, known: Sequence[int]) -> int | None:
    """The line that closes the opener's block, or None when there is none; `known` are the lines that open actions.

    Only a written file may have bare fences of its own, so there the last bare fence closes; elsewhere the first one
    does that stands outside here-documents and SEARCH/REPLACE blocks.
    """
    inner = [fence for fence in fences(lines) if fence.line > opener.line and fence.matches(opener)]
    if kind != "write":
        quoted = {"sh": _heredoc_lines, "edit": _search_lines}.get(kind, _no_lines)(lines, opener.line + 1)
        bare = [fence.line for fence in inner if fence.bare]
        return next((line for line in bare if line not in quoted), bare[0] if bare else None)
    first = _balanced_close(inner)
    if first is None:
        return max((fence.line for fence in inner if fence.bare), default=None)
    rest = [fence for fence in inner if fence.line > first]
    if any(fence.line in known for fence in rest) and _pairs(rest):
        return first
    return max((fence.line for fence in rest if fence.bare), default=first)


def _balanced_close(inner: Sequence[Fence]) -> int | None:
    """The first bare fence that closes no named block of the contents."""
    depth = 0
    for fence in inner:
        if fence.word:
            depth += 1
        elif fence.bare and depth == 0:
            return fence.line
        elif fence.bare:
            depth -= 1
    return None


def _pairs(rest: Sequence[Fence]) -> bool:
    """Whether what follows reads as whole blocks of its own, so that the first close was meant."""
    opened = False
    for fence in rest:
        if not opened:
            opened = True
        elif fence.bare:
            opened = False
        else:
            return False
    return True


def _heredoc_lines(lines: Sequence[str], start: int) -> set[int]:
    """Lines inside here-documents that do end, where a fence is contents."""
    inside: set[int] = set()
    number = start
    while number < len(lines):
        match = HEREDOC.search(lines[number])
        if match:
            end = next((n for n in range(number + 1, len(lines)) if lines[n].strip() == match[2]), None)
            if end is not None:
                inside.update(range(number + 1, end))
                number = end
        number += 1
    return inside


def _search_lines(lines: Sequence[str], start: int) -> set[int]:
    """Lines inside SEARCH/REPLACE blocks that do end."""
    inside: set[int] = set()
    opened: int | None = None
    for number in range(start, len(lines)):
        if opened is None and SEARCH.match(lines[number]):
            opened = number
        elif opened is not None and REPLACE.match(lines[number]):
            inside.update(range(opened, number + 1))
            opened = None
    return inside


def _no_lines(lines: Sequence[str], start: int) -> set[int]:
    return set()
