"""The two halves of recall that read the database: looking for candidates in order, and packing the best of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.moment import utc_now
from forgecrew.memory.recall import packing
from forgecrew.memory.recall.asked import Asked, Candidate, Line, Recalled
from forgecrew.memory.recall.facts import fact_lines
from forgecrew.memory.recall.focus import in_focus
from forgecrew.memory.recall.gather import gather
from forgecrew.memory.recall.order import order
from forgecrew.memory.recall.relevance import rarity, relevance
from forgecrew.memory.recall.show import quote
from forgecrew.store.queries import recall_log, recalling
from forgecrew.store.queries.entities import Entity

BESIDE_TOKENS = 120
"""Room that has to be left before the neighbours of the best quote are shown too."""
RANKED_KEPT = 20
"""Of so many candidates the features are given out, for learning."""

Near = Sequence[tuple[int, float]]
"""(chunk id, cosine), best first."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Candidates that are relevant enough, in order, and what belongs to them."""

    focus: Sequence[Entity]
    facts: Sequence[Line]
    ordered: Sequence[Candidate]


async def look(connection: AsyncConnection, asked: Asked, near: Near = (), model_id: str = "") -> Gathered:
    """The candidates in order, the best first; those below `asked.min_relevance` are left out."""
    text = f"{asked.text}\n{asked.more}"
    focus = await in_focus(connection, asked.scope, text, repo=asked.repo, thread=asked.thread)
    held = await gather(connection, asked, focus, near, model_id)
    rare, learned, now = await rarity(connection, asked), await recall_log.weights(connection), utc_now()
    facts = await fact_lines(connection, asked, focus, now)

    def compare() -> list[Candidate]:
        for one, likely in zip(held, relevance(held, asked, rare), strict=True):
            one.relevance = likely
        return order([one for one in held if one.relevance >= asked.min_relevance], asked, learned, now)

    return Gathered(focus, facts, await asyncio.to_thread(compare))


async def pack(connection: AsyncConnection, asked: Asked, gathered: Gathered) -> Recalled:
    """The lines of a prompt, at most `asked.tokens_max` tokens; none when nothing is relevant enough."""
    facts = packing.facts_that_fit(gathered.facts, asked)
    room = asked.tokens_max - sum(line.tokens for line in facts)
    chosen = packing.quotes_that_fit(packing.without_doubles(gathered.ordered), asked, room)
    if not chosen and asked.thread and len(gathered.focus) <= 1:
        return Recalled(ranked=list(gathered.ordered[:RANKED_KEPT]))  # how the task's own thread stands is on the desk anyway
    lines = [*facts, *(line for _, line in chosen)]
    left = asked.tokens_max - sum(line.tokens for line in lines)
    if chosen and left >= BESIDE_TOKENS:
        lines = await _with_neighbours(connection, asked, lines, chosen[0], left)
    return Recalled(packing.in_prompt_order(lines), list(gathered.ordered[:RANKED_KEPT]))


async def _with_neighbours(
    connection: AsyncConnection, asked: Asked, lines: Sequence[Line], best: tuple[Candidate, Line], left: int
) -> list[Line]:
    """What was said right before and after the best quote, right behind it."""
    candidate, shown = best
    made: list[Line] = []
    known = {line.id for line in lines}
    for one in await recalling.beside(connection, asked.scope, candidate.chunk):
        line = quote(Candidate(one, relevance=candidate.relevance), asked, beside=True)
        if line.id not in known and one.provenance != "recalled" and line.tokens <= left and asked.thread != one.thread_key:
            made.append(line)
            left -= line.tokens
    place = next(nth for nth, line in enumerate(lines) if line.id == shown.id) + 1
    return [*lines[:place], *made, *lines[place:]]
