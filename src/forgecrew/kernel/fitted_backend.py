"""A backend whose sandboxes fit their commands, take turns on a full machine and are seen; around any other backend."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_capabilities import SandboxCapabilities
from forgecrew.kernel.fitted_sandbox import FittedSandbox
from forgecrew.kernel.fitting import Fitting
from forgecrew.kernel.free_disk import too_full
from forgecrew.kernel.seen_before import seen_of
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.store.database import Database


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
        problem = too_full(self.folder, self.free_bytes_min)
        if problem is not None and await self.inner.attach(spec.id) is None:
            raise problem
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
            seen = self.fitting.board.put(id, await seen_of(inner, self.database))
        seen.sandbox = inner
        return FittedSandbox(inner, seen, self.fitting)
