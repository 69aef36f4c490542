"""Earlier threads that may be about the same thing, for machines: a list with reasons; nothing is told or closed by it."""

from typing import Annotated

from litestar import get
from litestar.params import FromQuery, QueryParameter

from forgecrew.api.asked import repo_of
from forgecrew.api.doors import Doors, InDoors
from forgecrew.core.errors import NotFound
from forgecrew.core.task import Task
from forgecrew.memory.similar.compare import Suggestion
from forgecrew.memory.similar.find import similar
from forgecrew.store.queries import exploring


@get("/api/memory/similar", tags=["memory"])
async def list_similar(
    doors: InDoors, repo: FromQuery[str], number: FromQuery[int], limit: Annotated[int, QueryParameter(ge=1, le=10)] = 3
) -> list[Suggestion]:
    """Older issues and pull requests, the most alike first; `likely` ones are alike enough to be shown unasked."""
    ref = repo_of(repo)
    async with doors.database.read() as connection:
        return await similar(connection, await exploring.everything(connection), ref, number, limit=limit)


async def likely_of(doors: Doors, task: Task) -> list[Suggestion]:
    """What is shown beside a task unasked: those that are likely the same; nothing for a thread that memory does not hold."""
    if not task.subject.number:
        return []
    try:
        async with doors.database.read() as connection:
            found = await similar(connection, await exploring.everything(connection), task.subject.repo, task.subject.number)
    except NotFound:
        return []
    return [one for one in found if one.likely]


routes = [list_similar]
