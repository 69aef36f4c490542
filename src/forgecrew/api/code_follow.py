"""Following one code run while it goes on, by reading the store."""

from collections.abc import AsyncGenerator

from litestar.exceptions import NotFoundException

from forgecrew.api.doors import Doors
from forgecrew.api.follow import news
from forgecrew.core.code_run import CodeRun, CodeState
from forgecrew.store.queries import code_runs


async def found(doors: Doors, run_id: str) -> CodeRun:
    """A code run. Raises NotFoundException."""
    async with doors.database.read() as connection:
        run = await code_runs.get(connection, run_id)
    if run is None:
        raise NotFoundException(f"there is no code run {run_id[:40]}")
    return run


async def changes(doors: Doors, run_id: str) -> AsyncGenerator[CodeRun | None]:
    """The code run whenever it has changed, None when nothing has for a while; ends with it."""
    async for run in news(doors, lambda: found(doors, run_id)):
        yield run
        if run is not None and run.state is CodeState.ENDED:
            return
