"""Cutting a text into chunks of at most some 200 tokens, along its headings, paragraphs, lines and sentences."""

import re
from collections.abc import Iterator

from forgecrew.core.tokens import CHARACTERS_PER_TOKEN
from forgecrew.memory.chunking.blocks import blocks, is_fence, is_heading
from forgecrew.memory.chunking.plain_text import plain_text

TOKENS_MAX = 200
CODE_TOKENS_MAX = 400
"""Fenced code up to this size stays in one piece."""

CHUNKS_MAX, LAST_CHUNKS = 100, 30
"""Of one text, and how many of them are its end, where a long log tells what went wrong. What is between is kept in the event
alone, and the chunk before it says so."""

_CHARACTERS = int(TOKENS_MAX * CHARACTERS_PER_TOKEN)
_CODE_CHARACTERS = int(CODE_TOKENS_MAX * CHARACTERS_PER_TOKEN)
_READ_MAX = CHUNKS_MAX * _CHARACTERS * 2
_READ_LAST = LAST_CHUNKS * _CHARACTERS * 2
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def split(text: str) -> list[str]:
    """Chunks in their order; none for what is no text."""
    made = list(_joined(plain_text(text[:_READ_MAX])))
    if len(made) <= CHUNKS_MAX and len(text) <= _READ_MAX:
        return made
    last = (made if len(text) <= _READ_MAX else list(_joined(plain_text(text[-_READ_LAST:]))))[-LAST_CHUNKS:]
    first = made[: CHUNKS_MAX - len(last)]
    left = max(0, len(text) - sum(map(len, [*first, *last])))
    note = f"[cut here: some {left} more characters are kept in the event]"
    return [*first[:-1], f"{first[-1]}\n\n{note}", *last] if first else last


def _joined(text: str) -> Iterator[str]:
    """Blocks put together while they fit; a heading begins anew and goes along with what follows it."""
    if len(text) <= _CHARACTERS:
        yield from [text] if text else []
        return
    held, bare = "", True
    for block in blocks(text):
        for piece in _pieces(block):
            heading = is_heading(piece)
            if held and ((heading and not bare) or len(held) + len(piece) + 2 > _CHARACTERS):
                yield held
                held, bare = "", True
            held = f"{held}\n\n{piece}" if held else piece
            bare = bare and heading
    if held:
        yield held


def _pieces(block: str) -> Iterator[str]:
    if len(block) <= (_CODE_CHARACTERS if is_fence(block) else _CHARACTERS):
        yield block
        return
    if is_fence(block):
        first, *rest = block.split("\n")
        closing = rest.pop() if rest and rest[-1].strip().startswith(("```", "~~~")) else first.strip()[:3]
        for part in _filled(rest, "\n", _CHARACTERS - len(first) - 8):
            yield f"{first}\n{part}\n{closing}"
        return
    lines = [piece for line in block.split("\n") for piece in _sentences(line)]
    yield from _filled(lines, "\n", _CHARACTERS)


def _sentences(line: str) -> list[str]:
    return [line] if len(line) <= _CHARACTERS else list(_filled(_SENTENCE.split(line), " ", _CHARACTERS))


def _filled(parts: list[str], glue: str, characters_max: int) -> Iterator[str]:
    """Parts put together while they fit; one that is too long alone is cut."""
    held = ""
    for part in parts:
        for start in range(0, max(1, len(part)), characters_max):
            piece = part[start : start + characters_max]
            if held and len(held) + len(glue) + len(piece) > characters_max:
                yield held
                held = piece
            else:
                held = f"{held}{glue}{piece}" if held else piece
    if held:
        yield held
