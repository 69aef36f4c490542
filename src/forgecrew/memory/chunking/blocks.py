"""The blocks of a text in Markdown: headings, paragraphs, and fenced code, which stays in one piece."""

import re
from collections.abc import Iterator

_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")
_HEADING = re.compile(r"#{1,6}\s+\S")


def is_heading(block: str) -> bool:
    """Whether a block begins a section."""
    return _HEADING.match(block) is not None


def is_fence(block: str) -> bool:
    """Whether a block is fenced code."""
    return _FENCE.match(block) is not None


def blocks(text: str) -> Iterator[str]:
    """Blocks in their order; blank lines between them are left out."""
    held: list[str] = []
    fence = ""
    for line in text.split("\n"):
        if fence:
            held.append(line)
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                yield from _given(held)
                fence = ""
            continue
        opened = _FENCE.match(line)
        if opened or _HEADING.match(line):
            yield from _given(held)
            held.append(line)
            if opened:
                fence = opened[1]
            else:
                yield from _given(held)
        elif line.strip():
            held.append(line)
        else:
            yield from _given(held)
    yield from _given(held)


def _given(held: list[str]) -> Iterator[str]:
    if held:
        yield "\n".join(held)
        held.clear()
