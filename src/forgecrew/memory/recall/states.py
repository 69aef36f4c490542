"""How something stands now, as the forge told it: state, labels, people, links in one line; what ended says until when."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.label import Integrity, Label
from forgecrew.core.tokens import estimate
from forgecrew.memory.recall.asked import Asked, Line
from forgecrew.memory.recall.places import url_of_key
from forgecrew.memory.recall.show import one_line
from forgecrew.store.queries import relations
from forgecrew.store.queries.entities import Entity
from forgecrew.store.queries.relations import Relation

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


async def state_line(connection: AsyncConnection, asked: Asked, one: Entity, now: datetime) -> Line | None:
    """None when nothing is known of it."""
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
    return Line(f"e{one.id}", "fact", text, url, label, now, estimate(text) + 1, entity_id=one.id)


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
