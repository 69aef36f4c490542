"""Texts by place (page, heading path, file), bounded in number and size; what is left out is told."""

import re
from dataclasses import dataclass, field
from typing import Any

PLACES_MAX = 2_000
CHARACTERS_MAX = 4_000_000
PLACE_CHARACTERS_MAX = 40_000
"""A longer text goes on at a place of its own: `p. 3 (2)`."""

NAME_CHARACTERS_MAX = 120
NOTES_MAX = 50
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udfff]")


class Unreadable(Exception):
    """A document that cannot be read; the message goes on after its name: `is encrypted: …`."""


class Full(Exception):
    """So much was found that the rest is left out; a note tells."""


@dataclass
class Places:
    """What was found so far, in the order of the document."""

    texts: dict[str, str] = field(default_factory=dict[str, str])
    notes: list[str] = field(default_factory=list[str])
    characters: int = 0

    def add(self, at: str, text: str) -> None:
        """Add a text, at a place that nothing else has. Raises Full once there is enough."""
        text = text.strip()
        name = clean(at)
        for number, start in enumerate(range(0, len(text), PLACE_CHARACTERS_MAX), 1):
            if len(self.texts) >= PLACES_MAX or self.characters >= CHARACTERS_MAX:
                self.note(f"it is longer than what is read of one document: what comes after {self.last} is left out")
                raise Full
            part = text[start : start + PLACE_CHARACTERS_MAX]
            self.texts[self._free(name, number)] = part
            self.characters += len(part)

    def note(self, sentence: str) -> None:
        """Tell of what was left out."""
        if len(self.notes) < NOTES_MAX:
            self.notes.append(_ODD.sub("?", sentence)[:500])

    @property
    def last(self) -> str:
        """Where the last text stands."""
        return next(reversed(self.texts), "") or "its beginning"

    def as_json(self) -> dict[str, Any]:
        """As main.py writes it."""
        return {"places": [{"at": at, "text": text} for at, text in self.texts.items()], "notes": self.notes}

    def _free(self, name: str, number: int) -> str:
        tried = name if number == 1 else f"{name} ({number})".strip()
        while tried in self.texts:
            number += 1
            tried = f"{name} ({number})".strip()
        return tried


def clean(name: str) -> str:
    """A name as it may be shown: one line, no control characters, not too long."""
    shown = " ".join(_ODD.sub("?", name).split())
    return shown if len(shown) <= NAME_CHARACTERS_MAX else "…" + shown[-NAME_CHARACTERS_MAX + 1 :]


def some(names: list[str], most: int = 3) -> str:
    """A few names out of many."""
    return ", ".join(clean(name) for name in names[:most]) + (", …" if len(names) > most else "")
