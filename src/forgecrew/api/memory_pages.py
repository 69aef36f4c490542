"""Pages of memory: the texts that people edit, as they hold now."""

from litestar import get
from litestar.exceptions import ClientException
from litestar.params import FromQuery

from forgecrew.api.doors import InDoors
from forgecrew.core.moment import utc_now
from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.memory.pages.keeping import export


@get("/api/memory/pages", tags=["memory"])
async def list_pages(doors: InDoors, repo: FromQuery[str]) -> dict[str, str]:
    """Pages of memory of a repository that hold now: their texts by path."""
    try:
        ref = RepoRef.parse(repo)
    except ValueError as error:
        raise ClientException(f"{error}: write the repository as owner/name") from error
    async with doors.database.read() as connection:
        return await export(connection, Scope.of_repos([repo], only=[repo]), ref, now=utc_now())


routes = [list_pages]
