"""Candidates for recall: by what is in focus, by words, by meaning, and one step along typed relations."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.memory.graph.near import one_step
from forgecrew.memory.recall.asked import Asked, Candidate
from forgecrew.memory.search_text import search_text
from forgecrew.memory.vectors.halves import from_bytes
from forgecrew.store.queries import chunks, recalling, vectors
from forgecrew.store.queries.chunks import Chunk
from forgecrew.store.queries.entities import Entity

ARM_MAX = 100
FOCUS_TEXTS_MAX = 30
HOP_MAX = 20
HOP_TEXTS_MAX = 40


async def gather(
    connection: AsyncConnection, asked: Asked, focus: Sequence[Entity], near: Sequence[tuple[int, float]], model_id: str = ""
) -> list[Candidate]:
    """Candidates inside the scope, each once; `near` are (chunk id, cosine) of the search by meaning with that model."""
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
    hits = await search_text(connection, scope, f"{asked.text}\n{asked.more}", limit=ARM_MAX)
    cosines, words = dict(near[:ARM_MAX]), {hit.chunk_id: hit.score for hit in hits}
    fresh = [one for one in (*words, *cosines) if one not in found]
    take(list((await chunks.by_ids(connection, scope, fresh)).values()) if fresh else [])
    for id, candidate in found.items():
        candidate.words, candidate.cosine = words.get(id, 0.0), cosines.get(id)
    kept = [one for one in found.values() if _may_show(one.chunk, asked, scope)]
    await _give_vectors(connection, kept, asked, model_id)
    return kept


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


async def _give_vectors(connection: AsyncConnection, held: Sequence[Candidate], asked: Asked, model_id: str) -> None:
    """Each candidate that is embedded gets its vector, and its cosine also when the search by meaning did not find it."""
    if asked.vector is None or not model_id or not held:
        return
    known = await vectors.known(connection, model_id, [one.chunk.text_hash for one in held])
    rows = from_bytes(list(known.values()))
    by_hash = dict(zip(known, rows, strict=True))
    for one in held:
        one.vector = by_hash.get(one.chunk.text_hash)
        if one.vector is not None:
            one.cosine = float(one.vector @ asked.vector)
