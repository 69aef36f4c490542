"""One sandbox: commands in it, files of its workspace, and its end."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from forgecrew.core import workspace_files as files
from forgecrew.core.command import Command, Result
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.integrations.bubblewrap.disk import DiskWatch
from forgecrew.integrations.bubblewrap.launch import Ground
from forgecrew.integrations.bubblewrap.machine import Machine
from forgecrew.integrations.bubblewrap.record import Record, save
from forgecrew.integrations.bubblewrap.removal import remove_folder
from forgecrew.integrations.bubblewrap.run import Bounds, run
from forgecrew.integrations.bubblewrap.spares import Spares
from forgecrew.integrations.bubblewrap.tree import Tree
from forgecrew.integrations.bubblewrap.warm import Warm


@dataclass(slots=True, eq=False)
class Box:
    """A sandbox at `<folder>/<id>`: spec.json and the workspace. `uid` is None without root."""

    spec: SandboxSpec
    folder: Path
    uid: int | None
    machine: Machine
    spares: Spares
    trees: set[Tree] = field(default_factory=set[Tree])
    disk: DiskWatch = field(init=False)
    _warm: Warm = field(init=False)

    def __post_init__(self) -> None:
        self._warm = Warm(self.spares)
        self.disk = DiskWatch(self.workspace, self.spec.profile)

    def make(self) -> None:
        """Make the workspace, which belongs to the sandbox's user alone; what lies above it can only be passed through."""
        self.workspace.mkdir(parents=True, exist_ok=True)
        for passed in (self.folder.parent, self.folder):
            passed.chmod(0o711)
        if self.uid is not None:
            os.chown(self.workspace, self.uid, self.uid)
        self.workspace.chmod(0o700)
        save(self.folder, Record(self.spec, self.uid))

    @property
    def workspace(self) -> Path:
        """The folder that is /workspace inside."""
        return self.folder / "workspace"

    async def exec(self, command: Command, on_output: Callable[[bytes], None] | None = None) -> Result:
        """Run one command to its end; a cancelled call kills the whole tree."""
        ground, bounds = self._ground(command.timeout_seconds)
        async with self.spares.taken(self.spec, staged=ground.staged) as spare:
            script = ground.script(command, spare.join_files, stdin=bool(command.stdin))
            spare.go(ground.options(command.env), script)
            self.spares.refill(staged=ground.staged)
            return await run(spare, bounds, command.stdin, self._accompany, on_output)

    async def cell(
        self, code: str, *, timeout_seconds: float | None = None, on_output: Callable[[bytes], None] | None = None
    ) -> Result:
        """Run Python in a fresh fork of a warm interpreter; files persist, variables do not."""
        ground, bounds = self._ground(timeout_seconds)
        return await self._warm.cell(code, ground, bounds, self._accompany, on_output)

    async def read(self, path: str, *, bytes_max: int = 1 << 20) -> bytes:
        """A regular file beneath the workspace, links refused. Raises TellModel when absent, too large or not a file."""
        return await asyncio.to_thread(files.read, self.workspace, path, bytes_max)

    async def write(self, path: str, content: bytes) -> None:
        """Replace or make a file beneath the workspace, atomically, with its folders. Raises TellModel when refused."""
        await asyncio.to_thread(files.write, self.workspace, path, content, self.uid)

    async def destroy(self) -> None:
        """Kill what runs and remove everything; twice is fine."""
        for tree in list(self.trees):
            tree.kill("killed")
        await self._warm.close()
        await remove_folder(self.folder)

    def _ground(self, timeout_seconds: float | None) -> tuple[Ground, Bounds]:
        if not self.workspace.is_dir():
            raise SandboxUnavailable(f"sandbox {self.spec.id} has been removed; create it again")
        ground = Ground.of(self.spec, self.workspace, self.uid, self.machine)
        return ground, Bounds(ground.timeout_seconds(timeout_seconds), self.spec.profile.output_bytes)

    async def _accompany(self, tree: Tree) -> None:
        self.trees.add(tree)
        try:
            await self.disk.watch(tree)
        finally:
            self.trees.discard(tree)
