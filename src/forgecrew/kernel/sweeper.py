"""Removing the sandboxes of tasks that are over, however they ended."""

import asyncio
import logging
import re

from forgecrew.core.errors import ForgecrewError
from forgecrew.kernel.pruning import Pruning
from forgecrew.kernel.rounds import again_and_again
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.store.database import Database
from forgecrew.store.queries import task_lists

EVERY_SECONDS = 30.0
_TASK = re.compile(r"task-(\d+)(?:-|$)")

log = logging.getLogger(__name__)


class Sweeper:
    """One part of the process `work`, which also prunes now and then; sandboxes are named `task-<id>` or `task-<id>-<more>`."""

    def __init__(self, database: Database, sandboxes: SandboxBackend, pruning: Pruning | None = None) -> None:
        self._database, self._sandboxes, self._pruning = database, sandboxes, pruning

    async def run(self, stopping: asyncio.Event) -> None:
        """Sweep until the event is set; what does not work is told once and tried again."""
        await again_and_again(
            self._round, EVERY_SECONDS, stopping, so="sandboxes of ended tasks are not removed yet", beside=(ForgecrewError,)
        )

    async def _round(self) -> None:
        await self.sweep()
        if self._pruning is not None:
            await self._pruning.round()

    async def sweep(self) -> list[str]:
        """Remove them and what dead processes left, give their ids.

        One by one: a sandbox that is made meanwhile is never taken for an old one.
        """
        await self._sandboxes.reap(keep=None)
        here = {spec.id: int(found[1]) for spec in await self._sandboxes.list() if (found := _TASK.match(spec.id))}
        if not here:
            return []
        async with self._database.read() as connection:
            still_open = await task_lists.open_among(connection, set(here.values()))
        removed: list[str] = []
        for name in sorted(name for name, task_id in here.items() if task_id not in still_open):
            sandbox = await self._sandboxes.attach(name)
            if sandbox is not None:
                await sandbox.destroy()
                removed.append(name)
        if removed:
            log.info("removed the sandboxes of ended tasks: %s", ", ".join(removed))
        return removed
