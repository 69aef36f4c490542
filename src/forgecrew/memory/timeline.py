"""Working out from tellings what was so when: a pure fold, in the order of the world's time.

The rules, when clocks jump:
1. Order is the time of the world; of equal times the event that was stored later comes later, so its word stands.
2. A time after the moment of storing counts as that moment, one before 1970 too (memory/extract/event.py).
3. A late event changes the past that it tells of and nothing after the next event that tells of the same thing.
4. What begins and ends at the same moment was never so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

Slots = Mapping[str, Mapping[str, Sequence[int]]]
"""{"whole": {kind: [entity id]}, "more": …, "less": …}, as it is stored."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What one event told of one entity."""

    at: datetime
    event_id: str
    extractor: str
    told: Slots


@dataclass(frozen=True, slots=True)
class Span:
    """One relation while it held; `until` is None while it goes on."""

    kind: str
    dst: int
    since: datetime
    until: datetime | None
    event_id: str
    extractor: str


def spans(tellings: Sequence[Telling]) -> list[Span]:
    """All spans that follow from the tellings of one entity, whatever order they are given in."""
    held: dict[tuple[str, int], Span] = {}
    ended: list[Span] = []
    for telling in sorted(tellings, key=lambda one: (one.at, one.event_id)):
        begun, over = changes(telling, set(held))
        for pair in over:
            ended.append(_until(held.pop(pair), telling.at))
        for pair in begun:
            held[pair] = Span(*pair, telling.at, None, telling.event_id, telling.extractor)
    return _mended([span for span in ended if span.since != span.until] + list(held.values()))


def changes(telling: Telling, held: set[tuple[str, int]]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """What begins and what ends with a telling, given what held before."""
    wanted = set(held)
    for kind, ids in telling.told.get("whole", {}).items():
        wanted = {pair for pair in wanted if pair[0] != kind} | {(kind, dst) for dst in ids}
    for kind, ids in telling.told.get("less", {}).items():
        wanted -= {(kind, dst) for dst in ids}
    for kind, ids in telling.told.get("more", {}).items():
        wanted |= {(kind, dst) for dst in ids}
    return sorted(wanted - held), sorted(held - wanted)


def _until(span: Span, until: datetime) -> Span:
    return Span(span.kind, span.dst, span.since, until, span.event_id, span.extractor)


def _mended(found: list[Span]) -> list[Span]:
    """Spans that touch are one: something ended and began again within the same moment."""
    made: list[Span] = []
    for span in sorted(found, key=lambda one: (one.kind, one.dst, one.since)):
        last = made[-1] if made else None
        if last and (last.kind, last.dst, last.until) == (span.kind, span.dst, span.since):
            made[-1] = (
                _until(last, span.until)
                if span.until
                else Span(last.kind, last.dst, last.since, None, last.event_id, last.extractor)
            )
        else:
            made.append(span)
    return made
