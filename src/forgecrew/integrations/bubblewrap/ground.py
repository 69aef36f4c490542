"""Where the commands of one sandbox run: its workspace, its user id, the launchers that wait for its commands."""

import contextlib
import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.removal import remove_folder
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_record import Record, save
from forgecrew.integrations.bubblewrap.launch import Plan
from forgecrew.integrations.bubblewrap.launched import Launched
from forgecrew.integrations.bubblewrap.machine import Machine
from forgecrew.integrations.bubblewrap.spares import Spares
from forgecrew.sandboxing.wish import Wish


@dataclass(slots=True, eq=False)
class Ground:
    """A sandbox at `<folder>/<id>`: spec.json and the workspace. `uid` is None without root.

    A sealed one, whose disk nobody can mount here, can only be removed.
    """

    spec: SandboxSpec
    folder: Path
    uid: int | None
    machine: Machine
    spares: Spares
    sealed: bool = False

    @property
    def workspace(self) -> Path:
        """The folder that is /workspace inside."""
        return self.folder / "workspace"

    @property
    def quota(self) -> bool:
        """Whether the workspace is on a disk of its own."""
        return self.machine.disks is not None

    async def make(self) -> None:
        """Make the workspace, which belongs to the sandbox's user alone; what lies above it can only be passed through."""
        self.workspace.mkdir(parents=True, exist_ok=True)
        for passed in (self.folder.parent, self.folder):
            passed.chmod(0o711)
        if self.machine.disks is not None:
            await self.machine.disks.open(self.workspace, self.spec.profile)
        if self.uid is not None:
            os.chown(self.workspace, self.uid, self.uid)
        self.workspace.chmod(0o700)
        save(self.folder, Record(self.spec, self.uid, disk=self.quota))

    def check(self) -> None:
        """Raises SandboxUnavailable where it has been removed, or is sealed."""
        if not self.workspace.is_dir():
            raise SandboxUnavailable(f"sandbox {self.spec.id} has been removed; create it again")
        if self.sealed:
            raise SandboxUnavailable(f"sandbox {self.spec.id} has a disk of its own, which only `forgecrew up` mounts")

    @contextlib.asynccontextmanager
    async def begin(self, wish: Wish) -> AsyncGenerator[Launched]:
        """A launcher becomes the command."""
        plan = Plan.of(replace(self.spec, profile=wish.profile), self.workspace, self.uid, self.machine)
        async with self.spares.taken(plan) as spare:
            spare.go(plan.command_script(wish))
            yield Launched(spare)

    async def forget(self) -> None:
        """End the launcher that waits."""
        await self.spares.forget(self.spec.id)

    async def remove(self) -> None:
        """Give the disk back and remove the folder."""
        if self.machine.disks is not None:
            await self.machine.disks.close(self.workspace)
        await remove_folder(self.folder)
