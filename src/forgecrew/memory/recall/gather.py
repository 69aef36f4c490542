"""Candidates for recall: by what is in focus, by words, by meaning, and one step along typed relations."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.memory.graph.near import one_step
from forgecrew.memory.recall.asked import Asked, Candidate
from forgecrew.memory.recall.meaning import ARM_MAX, Near
from forgecrew.memory.search_text import search_text
from forgecrew.memory.term_counts import Counted
from forgecrew.memory.vectors.halves import from_bytes
from forgecrew.store.queries import chunks, recalling, vector_rows
from forgecrew.store.queries.chunks import Chunk
from forgecrew.store.queries.entities import Entity

FOCUS_TEXTS_MAX = 30
HOP_MAX = 20
HOP_TEXTS_MAX = 40


async def gather(
    connection: AsyncConnection, asked: Asked, focus: Sequence[Entity], counted: Counted
) -> list[Candidate]:  # fmt: skip
    """Candidates inside the scope by what is in focus and by words, each once; `counted` are the words of the question."""
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
    take(list((await chunks.by_ids(connection, scope, fresh)).values()) if fresh else [])
    for id, candidate in found.items():
        candidate.words = words.get(id, 0.0)
    return [one for one in found.values() if _may_show(one.chunk, asked, scope)]


async def give_vectors(connection: AsyncConnection, scope: Scope, held: Sequence[Candidate], model_id: str) -> None:
    """Each candidate that is embedded gets its vector of a model."""
    known = await vector_rows.still_allowed(connection, scope, model_id, [one.chunk.id for one in held]) if held else []
    by_id = dict(zip((id for id, _ in known), from_bytes([kept for _, kept in known]), strict=True))
    for one in held:
        one.vector = by_id.get(one.chunk.id)


async def by_meaning(connection: AsyncConnection, asked: Asked, held: Sequence[Candidate], near: Near) -> list[Candidate]:
    """Those candidates, which have their vectors, and the nearest in meaning; all that are embedded with their cosines.

    Where a chunk stands now and its vector come from the database: who told what is near may be late.
    """
    there = {one.chunk.id for one in held}
    read = await vector_rows.chunks_with(connection, asked.scope, near.model_id, [one for one in near.ids if one not in there])
    vectors = from_bytes([kept for _, kept in read])
    fresh = [
        Candidate(one, vector=row) for (one, _), row in zip(read, vectors, strict=True) if _may_show(one, asked, asked.scope)
    ]
    embedded = [one for one in (*held, *fresh) if one.vector is not None]
    if embedded:
        cosines = np.stack([one.vector for one in embedded if one.vector is not None]) @ near.vector
        for one, cosine in zip(embedded, cosines.tolist(), strict=True):
            one.cosine = cosine
    named = set(near.ids)
    among = sum(one.chunk.id in named for one in held)
    best = sorted(fresh, key=lambda one: -(one.cosine or 0.0))[: max(0, ARM_MAX - among)]
    return [*held, *best]


async def _hop(connection: AsyncConnection, asked: Asked, ids: Sequence[int]) -> list[tuple[bool, list[Chunk]]]:
    """Texts about at most 20 entities one step away; those of own earlier runs on the same thing count as in focus (True)."""
    steps = [one for held in (await one_step(connection, asked.scope, ids[:4], asked.hops)).values() for one in held]
    made: list[tuple[bool, list[Chunk]]] = []
    for focused in (True, False):
        some = list(dict.fromkeys(one.other_id for one in steps if (one.kind == "worked_on") is focused))[:HOP_MAX]
        if some:
            made.append((focused, await recalling.about(connection, asked.scope, some, limit=HOP_TEXTS_MAX)))
    return made


def _may_show(one: Chunk, asked: Asked, scope: Scope) -> bool:
    """Whether a chunk may be shown: not what the asker sees anyway, never what copies earlier recalls, nothing hidden."""
    if not one.live or not one.text or one.provenance == "recalled" or (asked.thread and one.thread_key == asked.thread):
        return False
    return scope.allows(one.repo, one.label.readers) and scope.trusts(int(one.label.integrity), one.author)
