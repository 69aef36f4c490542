"""The lines of a prompt: facts and the best quotes that fit, with what stands beside the best of them."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.memory.recall import packing
from forgecrew.memory.recall.asked import Asked, Candidate, Line, Recalled
from forgecrew.memory.recall.found_facts import found_lines
from forgecrew.memory.recall.show import quote
from forgecrew.store.queries import recalling

BESIDE_TOKENS = 120
"""Room that has to be left before the neighbours of the best quote are shown too."""
TALK = ("issue", "pull", "comment", "review", "chat")
"""Kinds of text that answer each other; the section beside a section, the step beside a step are about something else."""
RANKED_KEPT = 20
"""Of so many candidates the features are given out, for learning."""


async def pack(
    connection: AsyncConnection, asked: Asked, ordered: Sequence[Candidate], facts: Sequence[Line], *, focused: int,
    code: Sequence[Line] = (),
) -> Recalled:  # fmt: skip
    """At most `asked.tokens_max` tokens; none when nothing is relevant enough. `focused` is how much is in focus.

    `code` has its share of the room first, and what facts and quotes leave of it in the end.
    """
    kept = packing.facts_that_fit([*facts, *await found_lines(connection, asked, ordered, facts)], asked)
    shown = packing.lines_that_fit(code, asked.tokens_max * packing.CODE_SHARE)
    room = asked.tokens_max - sum(line.tokens for line in (*kept, *shown))
    found = packing.without_doubles(ordered)
    chosen = packing.quotes_that_fit(packing.without_seen(found, asked.seen), asked, room)
    ranked = list(ordered[:RANKED_KEPT])
    if not chosen and asked.thread and focused <= 1:
        return Recalled(packing.lines_that_fit(code, asked.tokens_max), ranked)  # how the own thread stands is on the desk
    lines = [*kept, *(line for _, line in chosen)]
    left = asked.tokens_max - sum(line.tokens for line in (*lines, *shown))
    if found and left >= BESIDE_TOKENS and found[0].chunk.kind in TALK:
        lines = await _with_neighbours(connection, asked, lines, found[0], left)
    room = asked.tokens_max - sum(line.tokens for line in lines)
    return Recalled([*packing.in_prompt_order(lines), *packing.lines_that_fit(code, room)], ranked)


async def _with_neighbours(
    connection: AsyncConnection, asked: Asked, lines: Sequence[Line], best: Candidate, left: int
) -> list[Line]:
    """What was said right before and after the best text, right behind it; also when that one is seen anyway."""
    made: list[Line] = []
    known = {line.id for line in lines}
    for one in await recalling.beside(connection, asked.scope, best.chunk):
        line = quote(Candidate(one, relevance=best.relevance), asked, beside=True)
        if line.id not in known and one.provenance != "recalled" and line.tokens <= left and asked.thread != one.thread_key:
            made.append(line)
            left -= line.tokens
    shown = quote(best, asked).id
    place = next((nth + 1 for nth, line in enumerate(lines) if line.id == shown), len(lines))
    return [*lines[:place], *made, *lines[place:]]
