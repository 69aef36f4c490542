"""Older threads that share telling words with one, and their vectors where there are some."""

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.memory.ranking.passage import Vector
from forgecrew.memory.search_text import search_text
from forgecrew.memory.vectors.halves import from_bytes
from forgecrew.store.queries import chunks, openings, vectors
from forgecrew.store.queries.openings import Opening

POOL_MAX = 60
HITS_MAX = 300
QUESTION_CHARACTERS_MAX = 2_000


async def pool_of(connection: AsyncConnection, scope: Scope, about: Opening) -> list[Opening]:
    """Older threads that share telling words with one, oldest first: also when the words stand in their comments."""
    question = f"{about.title} {about.title} {about.body}"[:QUESTION_CHARACTERS_MAX]
    hits = await search_text(connection, scope, question, limit=HITS_MAX)
    known = await chunks.by_ids(connection, scope, [hit.chunk_id for hit in hits])
    keys = dict.fromkeys(known[hit.chunk_id].thread_key for hit in hits if hit.chunk_id in known)
    threads = [key for key in keys if "#" in key and key != about.key][: POOL_MAX * 2]
    found = list((await openings.openings(connection, scope, threads)).values())
    order = {key: place for place, key in enumerate(threads)}
    older = sorted((one for one in found if _is_older(one, about)), key=lambda one: order[one.key])[:POOL_MAX]
    return sorted(older, key=lambda one: (one.at, one.number))


async def vectors_of(connection: AsyncConnection, held: list[Opening]) -> dict[str, Vector]:
    """Vectors of how the threads begin, as far as they are there, all of the model that knows the newest one."""
    model_id = await openings.model_of(connection, held[-1].text_hash)
    if not model_id:
        return {}
    known = await vectors.known(connection, model_id, [one.text_hash for one in held])
    return dict(zip(known, from_bytes(list(known.values())), strict=True)) if known else {}


def _is_older(one: Opening, about: Opening) -> bool:
    """In one repository numbers tell; between two, times."""
    same = one.key.rpartition("#")[0] == about.key.rpartition("#")[0]
    return one.number < about.number if same else one.at < about.at
