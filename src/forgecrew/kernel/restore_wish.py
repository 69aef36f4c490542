"""A person's wish to bring versions back: kept for whichever worker has the workspace, and waited for a while."""

import asyncio
from dataclasses import dataclass

from forgecrew.store.database import Database
from forgecrew.store.queries import file_versions

LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class RestoreAnswer:
    """State asked (a worker has not come to it yet), done, or failed with the problem."""

    id: str
    state: str
    problem: str


async def wish_back(database: Database, task_id: int, path: str, version_id: int, *, patience_seconds: float) -> RestoreAnswer:
    """One file, or with an empty path all of them, as they were when a version had been made."""
    async with database.write() as connection:
        wish = await file_versions.ask_restore(connection, task_id, path, version_id)
    for _ in range(int(patience_seconds / LOOK_SECONDS)):
        async with database.read() as connection:
            state, problem = await file_versions.restore_state(connection, wish)
        if state in ("done", "failed"):
            return RestoreAnswer(wish, state, problem)
        await asyncio.sleep(LOOK_SECONDS)
    return RestoreAnswer(wish, "asked", "no worker has come to it yet: is `forgecrew work` running?")
