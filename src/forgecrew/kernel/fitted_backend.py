"""A backend whose sandboxes fit their commands, take turns on a full machine and are seen; around any other backend."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_capabilities import SandboxCapabilities
from forgecrew.kernel.fitted_sandbox import FittedSandbox
from forgecrew.kernel.fitting import Fitting
from forgecrew.kernel.sandbox_board import Seen
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.store.database import Database
from forgecrew.store.queries import sandboxes, tasks

_TASK = re.compile(r"task-(\d{1,9})(?:-|$)")


@dataclass(slots=True)
class FittedBackend:
    """Implements ports.sandbox_backend.SandboxBackend. `folder` is where workspaces lie; below `free_bytes_min` of free disk
    no new one is made."""

    inner: SandboxBackend
    fitting: Fitting
    database: Database
    folder: Path
    free_bytes_min: int = 0

    async def probe(self) -> SandboxCapabilities:
        """What is enforced here. Raises SandboxUnavailable, with the way to mend it, where no sandbox can be made."""
        return await self.inner.probe()

    async def create(self, spec: SandboxSpec) -> Sandbox:
        """Make it, or give the one that is already there. Raises SandboxUnavailable for a new one on a disk that is full."""
        free = _free_bytes(self.folder)
        if free < self.free_bytes_min and await self.inner.attach(spec.id) is None:
            raise SandboxUnavailable(
                f"only {free >> 20} MiB are free at {self.folder}, and sandboxes are made above "
                f"{self.free_bytes_min >> 20} MiB: remove what is not needed there, or lower sandbox.disk_free_mib"
            )
        top = self.fitting.ladder.top
        if self.fitting.ladder.index(spec.profile.name) >= 0:
            # The disk belongs to the workspace, not to one command: it is that of the largest step from the beginning.
            spec = replace(spec, profile=replace(spec.profile, disk_bytes=top.disk_bytes, inodes=top.inodes))
        return await self._fitted(await self.inner.create(spec))

    async def attach(self, id: str) -> Sandbox | None:
        """The sandbox of that id, if its workspace is still here."""
        found = await self.inner.attach(id)
        if found is None:
            self.fitting.board.drop(id)
        return None if found is None else await self._fitted(found)

    async def list(self) -> Sequence[SandboxSpec]:
        """What is here."""
        return await self.inner.list()

    async def reap(self, keep: Sequence[str] | None) -> Sequence[str]:
        """Kill and remove what is not in keep; gives back the ids removed."""
        removed = await self.inner.reap(keep)
        for id in removed:
            self.fitting.board.drop(id)
        return removed

    async def _fitted(self, inner: Sandbox) -> FittedSandbox:
        id = inner.spec.id
        seen = self.fitting.board.seen.get(id)
        if seen is None:
            seen = self.fitting.board.put(id, await self._seen(inner))
        seen.sandbox = inner
        return FittedSandbox(inner, seen, self.fitting)

    async def _seen(self, inner: Sandbox) -> Seen:
        """With what the database knows of it: its task's place in the queue, how often it was given more already."""
        found = _TASK.match(inner.spec.id)
        seen = Seen(inner, task_id=int(found[1]) if found else None)
        async with self.database.read() as connection:
            task = await tasks.get(connection, seen.task_id) if seen.task_id is not None else None
            before = await sandboxes.get(connection, inner.spec.id)
        if task is not None:
            seen.rank = task.priority // 10
        if before is not None:
            seen.steps, seen.commands = before.steps, before.commands
            seen.created_at = before.created_at or seen.created_at
            seen.output.go_on(before.lines, before.lines_end)
        return seen


def _free_bytes(folder: Path) -> int:
    """Of the file system on which the folder is, or would be."""
    while not folder.exists():
        folder = folder.parent
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
