"""Following one code run while it goes on, by reading the store."""

import asyncio
from collections.abc import AsyncGenerator
from time import monotonic

from litestar.exceptions import NotFoundException

from forgecrew.api.doors import Doors
from forgecrew.api.follow import KEEP_ALIVE_SECONDS, POLL_SECONDS
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
    known: CodeRun | None = None
    since = monotonic()
    while not doors.stopping.is_set():
        run = await found(doors, run_id)
        if run != known:
            known, since = run, monotonic()
            yield run
        elif monotonic() - since > KEEP_ALIVE_SECONDS:
            since = monotonic()
            yield None
        if run.state is CodeState.ENDED:
            return
        try:
            await asyncio.wait_for(doors.stopping.wait(), POLL_SECONDS)
        except TimeoutError:
            continue
