"""Bringing earlier versions back into live workspaces, as new versions; one part of the process `work`."""

import asyncio
import logging
from datetime import timedelta

from forgecrew.core.errors import ForgecrewError
from forgecrew.core.moment import utc_now
from forgecrew.core.signals import TellModel
from forgecrew.kernel.restoring import Restoring
from forgecrew.kernel.rounds import again_and_again
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.ports.version_store import VersionStore
from forgecrew.store.database import Database
from forgecrew.store.queries import file_versions

LOOK_SECONDS, ANYWAY_SECONDS = 0.5, 5.0
PATIENCE = timedelta(seconds=5)
"""So long a worker may take that has the workspace; then it is gone."""
GONE = "the workspace is gone or not on a machine that works: download the version instead"

log = logging.getLogger(__name__)


class Restorer:
    """Several workers may look: a wish is done by one that has the workspace of its task."""

    def __init__(self, database: Database, sandboxes: SandboxBackend, store: VersionStore) -> None:
        self._database, self._sandboxes, self._restoring = database, sandboxes, Restoring(database, store)
        self._changes = database.changes(anyway_seconds=ANYWAY_SECONDS)

    async def run(self, stopping: asyncio.Event) -> None:
        """Until the event is set."""
        await again_and_again(
            self._look_if_changed, LOOK_SECONDS, stopping, so="versions are not restored yet", beside=(ForgecrewError,)
        )

    async def _look_if_changed(self) -> None:
        if self._changes.any():
            await self.round()

    async def round(self) -> None:
        """Look once."""
        async with self._database.read() as connection:
            wishes = await file_versions.restores_asked(connection)
        for wish in wishes:
            sandbox = await self._sandboxes.attach(f"task-{wish.task_id}")
            if sandbox is None:
                if utc_now() - wish.at > PATIENCE:
                    await self._set(wish.id, "failed", GONE)
                continue
            if not await self._set(wish.id, "taken"):
                continue
            try:
                await self._restoring.restore(sandbox, wish.task_id, wish.version_id, wish.path)
            except (ForgecrewError, TellModel, OSError) as problem:
                await self._set(wish.id, "failed", str(problem), was="taken")
            else:
                await self._set(wish.id, "done", was="taken")

    async def _set(self, wish: str, state: str, problem: str = "", *, was: str = "asked") -> bool:
        async with self._database.write() as connection:
            return await file_versions.take_restore(connection, wish, state, problem, was=was)
