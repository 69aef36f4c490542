"""Looking: everything that a recall reads of candidates in one transaction, then their comparison without any database."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.moment import utc_now
from forgecrew.memory.recall.asked import Asked, Candidate, Line
from forgecrew.memory.recall.facts import fact_lines
from forgecrew.memory.recall.focus import in_focus
from forgecrew.memory.recall.gather import gather
from forgecrew.memory.recall.order import Learned, order
from forgecrew.memory.recall.relevance import Rarity, rarity, relevance
from forgecrew.store.queries import recall_log

Near = Sequence[tuple[int, float]]
"""(chunk id, cosine), best first."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read: candidates in no order, facts about what is in focus, and what comparing needs."""

    held: Sequence[Candidate]
    facts: Sequence[Line]
    focused: int
    rare: Rarity
    learned: Learned


async def look(connection: AsyncConnection, asked: Asked, near: Near = (), model_id: str = "") -> Seen:
    """Read it; waits for nothing but the connection."""
    text = f"{asked.text}\n{asked.more}"
    focus = await in_focus(connection, asked.scope, text, repo=asked.repo, thread=asked.thread)
    held = await gather(connection, asked, focus, near, model_id)
    facts = await fact_lines(connection, asked, focus, utc_now())
    return Seen(held, facts, len(focus), await rarity(connection, asked), await recall_log.weights(connection))


def compare(seen: Seen, asked: Asked) -> list[Candidate]:
    """The candidates in order, best first; those below `asked.min_relevance` are left out. Takes some milliseconds."""
    for one, likely in zip(seen.held, relevance(seen.held, asked, seen.rare), strict=True):
        one.relevance = likely
    return order([one for one in seen.held if one.relevance >= asked.min_relevance], asked, seen.learned, utc_now())
