"""Earlier threads that may be about the same thing: found by words, compared by words and meaning, shown with reasons.

Nothing is closed or told to anybody by this: a person looks at each pair first, or a model (agents/judge_pair.py).
"""

import asyncio

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.errors import NotFound
from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.memory.similar.compare import Suggestion, compared
from forgecrew.memory.similar.pool import pool_of, vectors_of
from forgecrew.store.queries import openings

SHOWN_MAX = 10


async def similar(connection: AsyncConnection, scope: Scope, repo: RepoRef, number: int, *, limit: int = 3) -> list[Suggestion]:
    """Earlier issues and pull requests, the most alike first. Raises NotFound for a thread that memory does not hold."""
    key = f"{repo}#{number}"
    about = (await openings.openings(connection, scope, [key])).get(key)
    if about is None:
        raise NotFound(f"memory holds no text of {key}: it is taken in with the next news of it, or by `memory backfill`")
    pool = await pool_of(connection, scope, about)
    if not pool:
        return []
    held = await vectors_of(connection, [*pool, about])
    return await asyncio.to_thread(compared, [*pool, about], held, min(limit, SHOWN_MAX))
