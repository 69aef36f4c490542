"""Candidates for recall: by what is in focus, by words, and one step along typed relations."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.memory.graph.near import one_step
from forgecrew.memory.recall.asked import Asked, Candidate
from forgecrew.memory.recall.by_meaning import give_vectors, read
from forgecrew.memory.recall.may_show import may_show
from forgecrew.memory.recall.near import ARM_MAX
from forgecrew.memory.search_text import search_text
from forgecrew.memory.term_counts import Counted
from forgecrew.store.queries import recalling
from forgecrew.store.queries.chunks import Chunk
from forgecrew.store.queries.entities import Entity

FOCUS_TEXTS_MAX = 30
HOP_MAX = 20
HOP_TEXTS_MAX = 40


async def gather(
    connection: AsyncConnection, asked: Asked, focus: Sequence[Entity], counted: Counted, model_id: str = ""
) -> list[Candidate]:
    """Candidates inside the scope by what is in focus and by words, each once; `counted` are the words of the question.

    They have their vectors of the model, where one is named and made them.
    """
    found: dict[int, Candidate] = {}
    scope, ids = asked.scope, [one.id for one in focus]

    def take(held: Sequence[Chunk], *, focused: bool = False, hop: bool = False) -> None:
        for one in held:
            candidate = found.setdefault(one.id, Candidate(one))
            candidate.near, candidate.hop = candidate.near or focused, candidate.hop or hop

    if ids:
        take(await recalling.about(connection, scope, ids, limit=FOCUS_TEXTS_MAX), focused=True)
        take(await recalling.naming_any(connection, scope, ids, limit=FOCUS_TEXTS_MAX), focused=True)
        for focused, held in await _hop(connection, asked, ids):
            take(held, focused=focused, hop=True)
    question = f"{asked.text}\n{asked.more}"
    hits = await search_text(connection, scope, question, limit=ARM_MAX, counted=counted)
    words = {hit.chunk_id: hit.score for hit in hits}
    fresh = [one for one in words if one not in found]
    if model_id:
        await give_vectors(connection, scope, list(found.values()), model_id)
    found |= {one.chunk.id: one for one in await read(connection, scope, model_id, fresh)}
    for id, candidate in found.items():
        candidate.words = words.get(id, 0.0)
    return [one for one in found.values() if may_show(one.chunk, asked)]


async def _hop(connection: AsyncConnection, asked: Asked, ids: Sequence[int]) -> list[tuple[bool, list[Chunk]]]:
    """Texts about at most 20 entities one step away; those of own earlier runs on the same thing count as in focus (True)."""
    steps = [one for held in (await one_step(connection, asked.scope, ids[:4], asked.hops)).values() for one in held]
    made: list[tuple[bool, list[Chunk]]] = []
    for focused in (True, False):
        some = list(dict.fromkeys(one.other_id for one in steps if (one.kind == "worked_on") is focused))[:HOP_MAX]
        if some:
            made.append((focused, await recalling.about(connection, asked.scope, some, limit=HOP_TEXTS_MAX)))
    return made
