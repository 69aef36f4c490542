"""Pages of memory: the texts that people edit, as they hold now."""

from litestar import get
from litestar.params import FromQuery

from forgecrew.api.asked import repo_of
from forgecrew.api.doors import InDoors
from forgecrew.core.moment import utc_now
from forgecrew.core.scope import Scope
from forgecrew.memory.pages.keeping import export


@get("/api/memory/pages", tags=["memory"])
async def list_pages(doors: InDoors, repo: FromQuery[str]) -> dict[str, str]:
    """Pages of memory of a repository that hold now: their texts by path."""
    ref = repo_of(repo)
    async with doors.database.read() as connection:
        return await export(connection, Scope.of_repos([repo], only=[repo]), ref, now=utc_now())


routes = [list_pages]
