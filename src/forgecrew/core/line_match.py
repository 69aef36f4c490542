"""Finding lines in a text although they were copied with small faults."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

LINES_COMPARED_MAX = 4000


@dataclass(frozen=True, slots=True)
class Place:
    """Lines [start, end) of a text; `added` and `removed` are the indentation that the wanted lines lack or have too much."""

    start: int
    end: int
    added: str = ""
    removed: str = ""

    def shifted(self, lines: Sequence[str]) -> list[str]:
        """Other lines with the same correction of indentation."""
        return [self.added + line.removeprefix(self.removed) if line.strip() else line for line in lines]


def places(lines: Sequence[str], wanted: Sequence[str]) -> list[Place]:
    """Where the wanted lines are: exact matches; if none, without trailing spaces; if none, with another indentation."""
    if not wanted:
        return []
    exact = [Place(start, start + len(wanted)) for start in _starts(lines, wanted)]
    if exact:
        return exact
    bare = [line.rstrip() for line in lines]
    bare_wanted = [line.rstrip() for line in wanted]
    spaced = [Place(start, start + len(wanted)) for start in _starts(bare, bare_wanted)]
    if spaced:
        return spaced
    found: list[Place] = []
    stripped = [line.strip() for line in lines]
    for start in _starts(stripped, [line.strip() for line in wanted]):
        if place := _shift(bare[start : start + len(wanted)], bare_wanted, start):
            found.append(place)
    return found


def nearest(lines: Sequence[str], wanted: Sequence[str]) -> int | None:
    """The line at which the text looks most like the wanted lines, or None when nothing is alike."""
    keys = [line.strip() for line in wanted if line.strip()]
    if not keys:
        return None
    stripped = [line.strip() for line in lines[:LINES_COMPARED_MAX]]
    same = {key for key in keys if len(key) > 3}
    hits = [number for number, line in enumerate(stripped) if line in same]
    if hits:
        return max(hits, key=lambda number: sum(1 for other in hits if 0 <= other - number < len(wanted)))
    close = difflib.get_close_matches(keys[0], stripped, n=1, cutoff=0.5)
    return stripped.index(close[0]) if close else None


def _starts(lines: Sequence[str], wanted: Sequence[str]) -> list[int]:
    wanted = list(wanted)
    first, length = wanted[0], len(wanted)
    return [n for n in range(len(lines) - length + 1) if lines[n] == first and list(lines[n : n + length]) == wanted]


def _shift(found: Sequence[str], wanted: Sequence[str], start: int) -> Place | None:
    """The one indentation by which all lines differ."""
    pairs = [(have, want) for have, want in zip(found, wanted, strict=True) if want]
    if not pairs:
        return None
    have, want = pairs[0]
    added, removed = have[: max(0, len(have) - len(want))], want[: max(0, len(want) - len(have))]
    if all(have == added + want.removeprefix(removed) and want.startswith(removed) for have, want in pairs):
        return Place(start, start + len(wanted), added, removed)
    return None
