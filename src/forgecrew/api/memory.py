"""Memory for machines: search, what is related, and why something was recalled. For the operator."""

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery

from forgecrew.api.doors import InDoors
from forgecrew.api.memory_shapes import Answer, MemoryQuestion, RelatedQuestion, answer_of
from forgecrew.memory.for_operator import MemoryDesk
from forgecrew.memory.recall.related import Related
from forgecrew.store.queries import recall_log
from forgecrew.store.queries.recall_log import RecallRow


@post(["/api/memory/search", "/memory/search"], status_code=200, tags=["memory"])
async def search(doors: InDoors, data: MemoryQuestion) -> Answer:
    """Cited lines about a question, of texts and of code; none below `min_relevance`."""
    desk = _desk(doors)
    found = await desk.search(data.query, limit=data.limit, min_relevance=data.min_relevance, repo=data.repo)
    return await answer_of(desk, found, related=data.related)


@post(["/api/memory/related", "/memory/related"], status_code=200, tags=["memory"])
async def find_related(doors: InDoors, data: RelatedQuestion) -> list[Related]:
    """What is one step away from something that is named exactly, or that was found."""
    return await _desk(doors).related(
        data.name, entity_id=data.entity_id, repo=data.repo, kinds=data.kinds, limit=data.limit
    )  # fmt: skip


@get("/api/memory/log", tags=["memory"])
async def recalled(doors: InDoors, run: FromQuery[str] = "", limit: FromQuery[int] = 50) -> list[RecallRow]:
    """What was recalled and cited, the last first."""
    async with doors.database.read() as connection:
        return await recall_log.recent(connection, run_id=run, limit=max(1, min(limit, 200)))


def _desk(doors: InDoors) -> MemoryDesk:
    if doors.memory is None:
        raise NotFoundException("memory is not open here")
    return doors.memory()


routes = [search, find_related, recalled]
