"""Which facts are about the same, and which of them holds: a pure fold over the facts of one subject."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from forgecrew.core.label import Integrity
from forgecrew.memory.facts.offer import TOPIC_CHARACTERS_MAX
from forgecrew.memory.ranking.words import prose_words

WRITER = Integrity.COLLABORATOR
"""The standing of an author who may write to the repository: speaks over everybody, others over themselves alone."""
_TOGETHER = {"agreement": "decision"}
"""What was agreed settles what was decided, and the other way round."""
_OTHER = re.compile(r"[^\w .+#/-]+")
Slot = tuple[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Held:
    """One fact as the fold sees it; `text` is where it was read."""

    id: int
    predicate: str
    key: str
    author: str
    standing: int
    at: datetime
    text: int | None
    version: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a fact: superseded by another one, and until when it held; all None when it holds."""

    by: int | None = None
    until: datetime | None = None


def predicate(kind: str, topic: str) -> str:
    """`decision:time zone`; there is one cause of a thing, whatever it is called."""
    words = " ".join(_OTHER.sub(" ", topic.lower()).split())[:TOPIC_CHARACTERS_MAX].strip()
    return kind if kind == "cause" or not words else f"{kind}:{words}"


def slot_of(name: str) -> Slot:
    """What two predicates have in common when they are about the same: kind, and stems of the topic in any order."""
    kind, _, topic = name.partition(":")
    return _TOGETHER.get(kind, kind), frozenset(prose_words(topic)) or frozenset({topic})


def fold(held: Sequence[Held]) -> dict[int, Standing]:
    """What became of each: the next one of its slot that may speak over it ends it, another reading of its text replaces it.

    Of equal ones the better one holds: higher standing, then the older.
    """
    slots = {one.id: slot_of(one.predicate) for one in held}
    found = {one.id: _end(one, held, slots) for one in held}
    first: dict[tuple[str, str], Held] = {}
    for one in sorted(held, key=lambda one: (-one.standing, one.at, one.id)):
        if found[one.id] == Standing():
            best = first.setdefault((one.predicate, one.key), one)
            if best is not one:
                found[one.id] = Standing(best.id)
    return found


def _end(old: Held, held: Sequence[Held], slots: dict[int, Slot]) -> Standing:
    anew = [one for one in held if one.text is not None and one.text == old.text and _number(one) > _number(old)]
    if anew:
        return Standing(max(anew, key=lambda one: (_number(one), one.id)).id)
    later = [
        one for one in held
        if slots[one.id] == slots[old.id] and one.text != old.text and (one.at, one.id) > (old.at, old.id) and _may(one, old)
    ]  # fmt: skip
    if not later:
        return Standing()
    following = min(later, key=lambda one: (one.at, one.id))
    return Standing(following.id, following.at)


def _may(new: Held, old: Held) -> bool:
    return new.author.lower() == old.author.lower() or new.standing >= max(old.standing, WRITER)


def _number(one: Held) -> int:
    digits = one.version.rpartition("@")[2]
    return int(digits) if digits.isdigit() else 0
