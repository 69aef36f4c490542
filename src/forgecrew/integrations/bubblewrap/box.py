"""One sandbox: commands in it, files of its workspace, and its end."""

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from forgecrew.core import workspace_files as files
from forgecrew.core.command import Command, Result
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.removal import remove_folder
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.core.sandbox_record import Record, save
from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.integrations.bubblewrap.bounds import Bounds, Watch
from forgecrew.integrations.bubblewrap.disk import DiskWatch, told_when_full
from forgecrew.integrations.bubblewrap.doors import keep_open
from forgecrew.integrations.bubblewrap.launch import Ground
from forgecrew.integrations.bubblewrap.machine import Machine
from forgecrew.integrations.bubblewrap.run import run
from forgecrew.integrations.bubblewrap.service import Running
from forgecrew.integrations.bubblewrap.spare import Spare
from forgecrew.integrations.bubblewrap.spares import Spares
from forgecrew.integrations.bubblewrap.tree import Tree
from forgecrew.integrations.bubblewrap.use import use_of
from forgecrew.integrations.bubblewrap.warm import Warm


@dataclass(slots=True, eq=False)
class Box:
    """A sandbox at `<folder>/<id>`: spec.json and the workspace. `uid` is None without root.

    A sealed one, whose disk nobody can mount here, can only be removed.
    """

    spec: SandboxSpec
    folder: Path
    uid: int | None
    machine: Machine
    spares: Spares
    trees: set[Tree] = field(default_factory=set[Tree])
    services: set[Running] = field(default_factory=set[Running])
    disk: DiskWatch = field(init=False)
    sealed: bool = False
    _warm: Warm = field(init=False)

    def __post_init__(self) -> None:
        self._warm = Warm(self.spares)
        self.disk = DiskWatch(self.workspace, self.spec.profile, quota=self.machine.disks is not None)

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
        save(self.folder, Record(self.spec, self.uid, disk=self.machine.disks is not None))

    @property
    def workspace(self) -> Path:
        """The folder that is /workspace inside."""
        return self.folder / "workspace"

    async def exec(self, command: Command, on_output: Callable[[bytes], None] | None = None) -> Result:
        """Run one command to its end; a cancelled call kills the whole tree."""
        ground, bounds = self._ground(command.timeout_seconds, command.profile)
        async with self._begun(ground, command) as spare:
            return await run(spare, bounds, command.stdin, self._beside(spare), on_output)

    async def cell(
        self, code: str, *, timeout_seconds: float | None = None, on_output: Callable[[bytes], None] | None = None
    ) -> Result:
        """Run Python in a fresh fork of a warm interpreter; files persist, variables do not."""
        ground, bounds = self._ground(timeout_seconds)
        return await self._warm.cell(code, ground, bounds, self._accompany, on_output)

    async def start(self, command: Command, on_output: Callable[[bytes], None] | None = None) -> Running:
        """Start a command that goes on."""
        ground, bounds = self._ground(None, command.profile)
        bounds = replace(bounds, timeout_seconds=command.timeout_seconds, endless=True)
        async with contextlib.AsyncExitStack() as held:
            spare = await held.enter_async_context(self._begun(ground, command, service=True))
            service = Running(spare, held.pop_all(), bounds, command.stdin, self._beside(spare), on_output)
        self.services.add(service)
        service.ending.add_done_callback(lambda _: self.services.discard(service))
        await asyncio.sleep(0)  # once begun, it clears away after itself
        return service

    async def use(self) -> SandboxUse:
        """What it uses now."""
        self._present()
        warm = self._warm.tree
        return await use_of(self.trees | ({warm} if warm else set()), self.workspace)

    async def read(self, path: str, *, bytes_max: int = 1 << 20) -> bytes:
        """A regular file beneath the workspace. Raises TellModel."""
        self._unsealed()
        return await asyncio.to_thread(files.read, self.workspace, path, bytes_max)

    async def write(self, path: str, content: bytes) -> None:
        """Replace or make a file beneath the workspace. Raises TellModel."""
        self._unsealed()
        with told_when_full(path, quota=self.machine.disks is not None):
            await asyncio.to_thread(files.write, self.workspace, path, content, self.uid)

    async def destroy(self) -> None:
        """Kill what runs and remove everything; twice is fine."""
        await self.stop()
        await self._warm.close()
        if self.machine.disks is not None:
            await self.machine.disks.close(self.workspace)
        await remove_folder(self.folder)

    async def stop(self) -> None:
        """Kill its commands and services."""
        for tree in list(self.trees):
            tree.kill("killed")
        await asyncio.gather(*(service.stop() for service in list(self.services)), return_exceptions=True)
        await self.spares.forget(self.spec.id)

    def _present(self) -> None:
        if not self.workspace.is_dir():
            raise SandboxUnavailable(f"sandbox {self.spec.id} has been removed; create it again")
        self._unsealed()

    def _unsealed(self) -> None:
        if self.sealed:
            raise SandboxUnavailable(f"sandbox {self.spec.id} has a disk of its own, which only `forgecrew up` mounts")

    def _ground(self, timeout_seconds: float | None, profile: Profile | None = None) -> tuple[Ground, Bounds]:
        self._present()
        spec = replace(self.spec, profile=profile) if profile else self.spec
        ground = Ground.of(spec, self.workspace, self.uid, self.machine)
        return ground, Bounds(ground.timeout_seconds(timeout_seconds), spec.profile.output_bytes)

    @contextlib.asynccontextmanager
    async def _begun(self, ground: Ground, command: Command, *, service: bool = False) -> AsyncGenerator[Spare]:
        async with self.spares.taken(ground) as spare:
            spare.go(ground.command_script(command, stdin=bool(command.stdin), service=service))
            yield spare

    def _beside(self, spare: Spare) -> Watch:
        async def beside(tree: Tree) -> None:
            await asyncio.gather(self._accompany(tree), keep_open(spare.channel, self.spec.doors))

        return beside

    async def _accompany(self, tree: Tree) -> None:
        self.trees.add(tree)
        try:
            await self.disk.watch(tree)
        finally:
            self.trees.discard(tree)
