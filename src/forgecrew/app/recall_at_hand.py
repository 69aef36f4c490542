"""Asking memory from a shell: search, related, the log, learning."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from forgecrew.api.memory_shapes import Hit, answer_of
from forgecrew.app.load_settings import load_settings
from forgecrew.app.memory_for_people import memory_for_people
from forgecrew.app.prepare_database import prepared_database
from forgecrew.memory.for_operator import MemoryDesk
from forgecrew.memory.recall import retrain as learning
from forgecrew.store.queries import recall_log


async def search(home: Path, *, query: str, repo: str, limit: int, min_relevance: float | None) -> dict[str, Any]:
    """Lines as the API gives them; `nearest` are those that no prompt would be given, when nobody said how near is enough."""
    async with _opened(home) as desk:
        enough = {} if min_relevance is None else {"min_relevance": min_relevance}
        found = await answer_of(desk, await desk.search(query, limit=limit, repo=repo, **enough))
        unsure = min_relevance is None and not found.hits
        near = await desk.search(query, limit=limit, min_relevance=0, repo=repo) if unsure else None
        nearest = (await answer_of(desk, near)).hits if near else []
    return {"hits": _plain(found.hits), "nearest": _plain(nearest), "milliseconds": found.milliseconds}


def _plain(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    return [asdict(hit) | {"at": hit.at.isoformat()} for hit in hits]


async def related(home: Path, *, name: str, repo: str) -> list[dict[str, Any]]:
    """Relations, with each as a line."""
    async with _opened(home) as desk:
        found = await desk.related(name, repo=repo)
    return [asdict(one) | {"since": one.since.isoformat(), "line": one.line} for one in found]


async def log(home: Path, *, run_id: str, limit: int) -> list[dict[str, Any]]:
    """What was recalled, the last first."""
    async with _opened(home) as desk, desk.database.read() as connection:
        rows = await recall_log.recent(connection, run_id=run_id, limit=limit)
    return [asdict(row) | {"at": row.at.isoformat()} for row in rows]


async def retrain(home: Path) -> list[dict[str, Any]]:
    """Learn from what was cited."""
    async with _opened(home) as desk:
        return [asdict(one) for one in await learning.retrain(desk.database)]


async def undo(home: Path) -> list[str]:
    """Forget what was learned."""
    async with _opened(home) as desk:
        return await learning.undo(desk.database)


@asynccontextmanager
async def _opened(home: Path) -> AsyncGenerator[MemoryDesk]:
    settings = load_settings(home)
    database = await prepared_database(settings, pool_size=2)
    desk = memory_for_people(settings, database, here=True)
    try:
        yield desk
    finally:
        await desk.recaller.close()
        await database.close()
