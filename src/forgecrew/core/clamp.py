"""Cutting a text down to a size on line borders, with a visible mark where something is missing."""

from collections.abc import Callable, Iterable
from typing import Literal

Keep = Literal["head", "tail", "both"]


def mark(characters: int) -> str:
    """The line that stands for what was cut."""
    return f"… ({characters} characters left out) …"


def ends(text: str, size_max: int) -> str:
    """Head and tail of a text of megabytes, cut anywhere: quick, before something slower looks at every line."""
    if len(text) <= size_max:
        return text
    half = size_max // 2
    return f"{text[:half]}\n{mark(len(text) - 2 * half)}\n{text[-half:]}"


def clamp(text: str, size_max: int, keep: Keep = "both", size: Callable[[str], int] = len) -> str:
    """The text itself when it fits, else its head, its tail or both around a mark; never larger than size_max.

    `size` measures a text and must be additive over concatenation (len, or the length in JSON). When not even the mark
    fits, the result is empty.
    """
    if size(text) <= size_max:
        return text
    room = size_max - size(mark(len(text))) - 2 * size("\n")
    if room < 0:
        return ""
    lines = text.split("\n")
    head_room = {"head": room, "tail": 0, "both": room // 2}[keep]
    head = _fill(lines, head_room, size)
    rest = text[len(head) :]
    tail = "" if keep == "head" else _fill_back(rest, room - size(head), size)
    left_out = len(text) - len(head) - len(tail)
    return "\n".join(part for part in (head.rstrip("\n"), mark(left_out), tail.lstrip("\n")) if part)


def _fill(lines: list[str], room: int, size: Callable[[str], int]) -> str:
    """Whole lines from the start while they fit; a first line that is too long by itself is cut inside."""
    taken: list[str] = []
    used = 0
    for line in lines:
        cost = size(line + "\n")
        if used + cost > room:
            break
        taken.append(line + "\n")
        used += cost
    return "".join(taken) if taken else _characters(lines[0], room, size)


def _fill_back(text: str, room: int, size: Callable[[str], int]) -> str:
    """Whole lines from the end while they fit; a last line that is too long by itself is cut inside."""
    lines = text.split("\n")
    taken = 0
    used = 0
    for line in reversed(lines):
        cost = size("\n" + line)
        if used + cost > room:
            break
        taken += 1
        used += cost
    if taken:
        return "\n".join(lines[-taken:])
    return _characters(reversed(lines[-1]), room, size)[::-1]


def _characters(characters: Iterable[str], room: int, size: Callable[[str], int]) -> str:
    taken: list[str] = []
    used = 0
    for character in characters:
        cost = size(character)
        if used + cost > room:
            break
        taken.append(character)
        used += cost
    return "".join(taken)
