"""Facts that a model found, as lines: those of the texts that are recalled, what holds now first, what ended with its date."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.label import Integrity, Label
from forgecrew.core.tokens import estimate
from forgecrew.memory.recall.asked import Asked, Candidate, Line
from forgecrew.memory.recall.places import url_of_source
from forgecrew.memory.recall.show import one_line, trust_mark
from forgecrew.store.queries import recall_facts

TEXTS_MAX = 8
"""Of the best candidates."""
STEPS_MAX = 3
"""From a fact that ended to the one that holds now."""


async def found_lines(
    connection: AsyncConnection, asked: Asked, ordered: Sequence[Candidate], known: Collection[Line]
) -> list[Line]:  # fmt: skip
    """One per fact that `known` does not hold already."""
    if not ordered or not asked.scope.readers:
        return []
    rows = {
        row.id: row
        for row in await recall_facts.facts_in(connection, asked.scope, [one.chunk.id for one in ordered[:TEXTS_MAX]])
    }
    for _ in range(STEPS_MAX):
        next_ids = {row.superseded_by for row in rows.values() if row.superseded_by} - set(rows)
        if not next_ids:
            break
        rows |= {row.id: row for row in await recall_facts.facts_by_ids(connection, asked.scope, sorted(next_ids))}
    told = {line.id for line in known}
    shown = sorted(rows.values(), key=lambda row: (row.superseded_at is not None, -row.valid_from.timestamp()))
    return [found_line(row, asked) for row in shown if f"f{row.id}" not in told and _tells(row)]


def found_line(row: Any, asked: Asked) -> Line:
    """`[m:f7] decision on time zone of acme/tally: all is UTC (“All in UTC.”) by noa, since 2026-05-01 (…) <address>`."""
    label, url = Label(Integrity(row.integrity), row.readers), url_of_source(row.source_key, asked.forge_url)
    kind, _, topic = row.predicate.partition(":")
    words = f"{kind}{f' on {topic}' if topic else ''} of {row.subject_key}: {row.object_text.rstrip('.')}"
    quoted = "" if row.quote.rstrip(".").lower() in words.lower() else f" (“{one_line(row.quote, asked.clean, 30)}”)"
    until = f" until {row.valid_to:%Y-%m-%d} (no more)" if row.valid_to else ""
    trusted = row.author.lower() in asked.scope.trusted and row.repo == asked.repo
    said = f"{one_line(words, asked.clean, 60)}{quoted} by {row.author}, since {row.valid_from:%Y-%m-%d}{until}"
    text = f"[m:f{row.id}] {said} ({trust_mark(label, trusted=trusted)}) <{url}>"
    return Line(f"f{row.id}", "fact", text, url, label, row.valid_from, estimate(text) + 1, entity_id=row.subject_id)


def _tells(row: Any) -> bool:
    """What holds, or ended at a moment; what was only read anew does neither."""
    return row.superseded_at is None or (row.valid_to is not None and row.valid_to > row.valid_from)
