"""What is known to be so now about what is in focus: states told by the forge, and facts with quotes; what ended says when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.label import Integrity, Label
from forgecrew.core.tokens import estimate
from forgecrew.memory.recall.asked import Asked, Line
from forgecrew.memory.recall.found_facts import found_line
from forgecrew.memory.recall.places import url_of_key
from forgecrew.memory.recall.show import one_line, trust_mark
from forgecrew.memory.recall.states import TOLD, state_line
from forgecrew.store.queries import recall_facts
from forgecrew.store.queries.entities import Entity

ENTITIES_MAX = 4


async def fact_lines(connection: AsyncConnection, asked: Asked, focus: Sequence[Entity], now: datetime) -> list[Line]:
    """One line per entity in focus of which something is known, then one per fact."""
    if asked.scope.integrity_min > TOLD:
        return []
    some = [one for one in focus if one.kind in ("issue", "file", "branch", "milestone")][:ENTITIES_MAX]
    made = [line for one in some if (line := await state_line(connection, asked, one, now))]
    ids = [one.id for one in focus]
    if ids:
        made += [
            fact_line(row, asked) for row in await recall_facts.facts_about(connection, asked.scope, ids, now=now, limit=6)
        ]
    return made


def fact_line(row: Any, asked: Asked) -> Line:
    """A fact with its dates and its quote."""
    if row.source_key:
        return found_line(row, asked)
    label, url = Label(Integrity(row.integrity), row.readers), url_of_key(row.subject_key, asked.forge_url)
    dates = f"since {row.valid_from:%Y-%m-%d}" + (f" until {row.valid_to:%Y-%m-%d}" if row.valid_to else "")
    words = f"{row.subject_key}: {row.predicate.replace('_', ' ')} {row.object_text}"
    shown = one_line(f"{words} ({row.quote})" if row.quote and row.quote not in words else words, asked.clean, 60)
    text = f"[m:f{row.id}] {shown}, {dates} ({trust_mark(label)}) <{url}>"
    return Line(f"f{row.id}", "fact", text, url, label, row.valid_from, estimate(text) + 1, entity_id=row.subject_id)
