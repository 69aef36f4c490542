"""Looking: what a recall reads of candidates by names and words, then by meaning; their comparison without any database."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.moment import utc_now
from forgecrew.memory.recall.asked import Asked, Candidate, Line
from forgecrew.memory.recall.facts import fact_lines
from forgecrew.memory.recall.focus import in_focus
from forgecrew.memory.recall.gather import by_meaning, gather, give_vectors
from forgecrew.memory.recall.meaning import Near
from forgecrew.memory.recall.order import Learned, order
from forgecrew.memory.recall.relevance import Rarity, relevance
from forgecrew.memory.term_counts import TermCounts
from forgecrew.store.queries import recall_log


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read: candidates in no order, facts about what is in focus, and what comparing needs.

    The candidates have their vectors of the model `model_id`.
    """

    held: Sequence[Candidate]
    facts: Sequence[Line]
    focused: int
    rare: Rarity
    learned: Learned
    model_id: str = ""


async def look(connection: AsyncConnection, asked: Asked, counts: TermCounts, model_id: str = "") -> Seen:
    """By what is named and by words; waits for nothing but the connection."""
    text = f"{asked.text}\n{asked.more}"
    focus = await in_focus(connection, asked.scope, text, repo=asked.repo, thread=asked.thread)
    counted = await counts.of(connection, text)
    held = await gather(connection, asked, focus, counted)
    if model_id:
        await give_vectors(connection, asked.scope, held, model_id)
    facts = await fact_lines(connection, asked, focus, utc_now())
    rare = Rarity(counted.total, counted.documents)
    return Seen(held, facts, len(focus), rare, await recall_log.weights(connection), model_id)


async def look_near(connection: AsyncConnection, asked: Asked, seen: Seen, near: Near) -> Seen:
    """The same with what is near in meaning, now that `asked` has its vector."""
    if seen.model_id != near.model_id:
        await give_vectors(connection, asked.scope, seen.held, near.model_id)
    return replace(seen, held=await by_meaning(connection, asked, seen.held, near), model_id=near.model_id)


def compare(seen: Seen, asked: Asked) -> list[Candidate]:
    """The candidates in order, best first; those below `asked.min_relevance` are left out. Takes some milliseconds."""
    for one, likely in zip(seen.held, relevance(seen.held, asked, seen.rare), strict=True):
        one.relevance = likely
    return order([one for one in seen.held if one.relevance >= asked.min_relevance], asked, seen.learned, utc_now())
