"""What is known to be so now about what is in focus: states told by the forge, and facts with quotes; what ended says when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.label import Integrity, Label
from forgecrew.core.tokens import estimate
from forgecrew.memory.recall.asked import Asked, Line
from forgecrew.memory.recall.found_facts import found_line
from forgecrew.memory.recall.places import url_of_key
from forgecrew.memory.recall.show import one_line, trust_mark
from forgecrew.store.queries import recall_facts, relations
from forgecrew.store.queries.entities import Entity
from forgecrew.store.queries.relations import Relation

ENTITIES_MAX = 4
TOLD = Integrity.COLLABORATOR
"""Labels, assignees and milestones are set by those who may write; titles, which anybody writes, are no part of a fact."""
STATES = ("state", "labelled", "assigned", "milestone", "review_asked_of", "approved_by", "changes_asked_by", "exists_in")
PLAIN = ("exists_in",)
"""Goes without saying while it is so; that a file is gone is worth its line."""
SEEN_ANYWAY = (*PLAIN, "state", "assigned")
"""What a run knows of its own thread without memory."""
LINKS = ("closes", "duplicates", "depends_on", "blocks", "merged_as")
LINKED_FROM = {"closes": "closed by", "duplicates": "has the duplicate", "depends_on": "needed by", "blocks": "blocked by"}
ENDED_WITHIN = timedelta(days=90)
ENDED_MAX = 2


async def fact_lines(connection: AsyncConnection, asked: Asked, focus: Sequence[Entity], now: datetime) -> list[Line]:
    """One line per entity in focus of which something is known, then one per fact."""
    if asked.scope.integrity_min > TOLD:
        return []
    some = [one for one in focus if one.kind in ("issue", "file", "branch", "milestone")][:ENTITIES_MAX]
    made = [line for one in some if (line := await _states(connection, asked, one, now))]
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
    return Line(f"f{row.id}", "fact", text, url, label, row.valid_from, estimate(text) + 1)


async def _states(connection: AsyncConnection, asked: Asked, one: Entity, now: datetime) -> Line | None:
    held = await relations.of(connection, asked.scope, one.id, kinds=(*STATES, *LINKS), limit=30)
    back = await relations.of(connection, asked.scope, one.id, kinds=tuple(LINKED_FROM), direction="to", limit=10)
    ever = await relations.history(connection, asked.scope, one.id, STATES, limit=60)
    ended = [old for old in ever if old.valid_to is not None and now - ENDED_WITHIN < old.valid_to <= now]
    shown = [kind for kind in (*STATES, *LINKS) if kind not in (SEEN_ANYWAY if one.key == asked.thread else PLAIN)]
    parts = [_so(kind, [old for old in held if old.kind == kind]) for kind in shown]
    parts += [_linked(kind, [old for old in back if old.kind == kind]) for kind in LINKED_FROM]
    still = {(old.kind, old.other_id) for old in held}
    for old in sorted(ended, key=lambda old: old.valid_to or now, reverse=True)[:ENDED_MAX]:
        if (old.kind, old.other_id) not in still and old.kind != "state":
            parts.append(f"{_word(old.kind)} {_name(old)} until {old.valid_to:%Y-%m-%d} (no more)")
    told = "; ".join(part for part in parts if part)
    if not told:
        return None
    url = url_of_key(one.key, asked.forge_url, one.kind)
    said = one_line(f"{one.kind} {one.key}: {told}", asked.clean, 110)
    text = f"[m:e{one.id}] fact, {now:%Y-%m-%d}: {said} (told by the forge) <{url}>"
    label = Label(TOLD, one.readers)
    return Line(f"e{one.id}", "fact", text, url, label, now, estimate(text) + 1)


def _so(kind: str, held: Sequence[Relation]) -> str:
    if not held:
        return ""
    since = max(one.valid_from for one in held)
    said = " as a text says" if kind in LINKS and min(one.confidence for one in held) < 1 else ""
    return f"{_word(kind)} {', '.join(_name(one) for one in held[:4])}{said} since {since:%Y-%m-%d}"


def _linked(kind: str, held: Sequence[Relation]) -> str:
    return f"{LINKED_FROM[kind]} {', '.join(_name(one) for one in held[:3])}" if held else ""


def _word(kind: str) -> str:
    return kind.replace("_", " ")


def _name(one: Relation) -> str:
    """Threads and commits by their keys: their titles are words of whoever opened them."""
    if one.other_kind in ("issue", "commit"):
        return one.other_key[: one.other_key.index("@") + 9] if "@" in one.other_key else one.other_key
    return one.other_name
