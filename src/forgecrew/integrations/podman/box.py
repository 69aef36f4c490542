"""One sandbox: commands in it, each in a container of its own, files of its workspace, and its end."""

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from forgecrew.core import workspace_files
from forgecrew.core.capped_output import CappedOutput
from forgecrew.core.command import Command, Result
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.removal import remove_folder
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.core.sandbox_record import Record, save
from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.integrations.podman.arguments import Ground
from forgecrew.integrations.podman.cells import Cells
from forgecrew.integrations.podman.container import Container
from forgecrew.integrations.podman.counters import usage_of
from forgecrew.integrations.podman.disk import DiskWatch, used_bytes
from forgecrew.integrations.podman.doors import Gate
from forgecrew.integrations.podman.inside import INNER_ID
from forgecrew.integrations.podman.run import Bounds, run
from forgecrew.integrations.podman.script import cell_script, command_script
from forgecrew.integrations.podman.service import Running


@dataclass(slots=True, eq=False)
class Box:
    """A sandbox at `<folder>/<id>`: spec.json and the workspace."""

    ground: Ground
    containers: set[Container] = field(default_factory=set[Container])
    services: set[Running] = field(default_factory=set[Running])
    disk: DiskWatch = field(init=False)
    _cells: Cells = field(init=False)

    def __post_init__(self) -> None:
        self.disk = DiskWatch(self.workspace, self.spec.profile)
        self._cells = Cells(self._interpreter, self._accompany)

    @property
    def spec(self) -> SandboxSpec:
        """What it was made from."""
        return self.ground.spec

    @property
    def workspace(self) -> Path:
        """The folder that is /workspace inside."""
        return self.ground.workspace

    @property
    def uid(self) -> int | None:
        """The host's user id that its commands have; None where the engine's choice is the caller's own."""
        if self.ground.first_id is not None:
            return self.ground.first_id + INNER_ID
        return INNER_ID if self.ground.engine.rootful and os.geteuid() == 0 else None

    def make(self) -> None:
        """Make the workspace, which belongs to the sandbox's user alone; what lies above it can only be passed through."""
        self.workspace.mkdir(parents=True, exist_ok=True)
        for passed in (self.ground.folder.parent, self.ground.folder):
            passed.chmod(0o711)
        if self.uid is not None:
            os.chown(self.workspace, self.uid, self.uid)
        self.workspace.chmod(0o700)
        save(self.ground.folder, Record(self.spec, self.ground.first_id))

    async def exec(self, command: Command, on_output: Callable[[bytes], None] | None = None) -> Result:
        """Run one command to its end; a cancelled call kills the whole tree."""
        profile = command.profile or self.spec.profile
        bounds = Bounds(_seconds(command.timeout_seconds, profile), profile.output_bytes)
        output = CappedOutput(profile.output_bytes)
        async with self._started(profile, wanted=bool(self.spec.doors)) as (container, gate):
            feed = command_script(self.spec, command, gate=gate is not None) + command.stdin
            return await run(container, feed, bounds, self._accompany, output, on_output)

    async def cell(
        self, code: str, *, timeout_seconds: float | None = None, on_output: Callable[[bytes], None] | None = None
    ) -> Result:
        """Run Python in a fresh fork of a warm interpreter; files persist, variables do not."""
        self._check()
        profile = self.spec.profile
        return await self._cells.cell(code, Bounds(_seconds(timeout_seconds, profile), profile.output_bytes), on_output)

    async def start(self, command: Command, on_output: Callable[[bytes], None] | None = None) -> Running:
        """Start a command that goes on; its timeout, when it has one, is its time to live."""
        profile = command.profile or self.spec.profile
        bounds = Bounds(command.timeout_seconds, profile.output_bytes, None)
        held = contextlib.AsyncExitStack()
        container, gate = await held.enter_async_context(self._started(profile, wanted=True))
        assert gate is not None

        async def whole(output: CappedOutput) -> Result:
            async with held:
                feed = command_script(self.spec, command, gate=True) + command.stdin
                return await run(container, feed, bounds, self._accompany, output, on_output)

        running = Running(container, gate, profile.output_bytes, whole)
        self.services.add(running)
        running.ending.add_done_callback(lambda _: self.services.discard(running))
        return running

    async def use(self) -> SandboxUse:
        """What all its containers use now; the disk is measured."""
        self._check()
        used = [usage_of(await container.found()) for container in list(self.containers)]
        return SandboxUse(
            processes=sum(one.processes for one in used),
            memory_bytes=sum(one.memory_bytes for one in used),
            cpu_seconds=sum(one.cpu_seconds for one in used),
            disk_bytes=await used_bytes(self.workspace),
        )

    async def read(self, path: str, *, bytes_max: int = 1 << 20) -> bytes:
        """A regular file beneath the workspace, links refused. Raises TellModel when absent, too large or not a file."""
        return await asyncio.to_thread(workspace_files.read, self.workspace, path, bytes_max)

    async def write(self, path: str, content: bytes) -> None:
        """Replace or make a file beneath the workspace, atomically, with its folders. Raises TellModel when refused."""
        await asyncio.to_thread(workspace_files.write, self.workspace, path, content, self.uid)

    async def destroy(self) -> None:
        """Kill what runs and remove everything; twice is fine."""
        for container in list(self.containers):
            container.kill("killed")
        await self._cells.close()
        await asyncio.gather(*(running.ending for running in list(self.services)), return_exceptions=True)
        await remove_folder(self.ground.folder)

    def _check(self) -> None:
        if not self.workspace.is_dir():
            raise SandboxUnavailable(f"sandbox {self.spec.id} has been removed; create it again")

    @contextlib.asynccontextmanager
    async def _started(self, profile: Profile, *, wanted: bool) -> AsyncGenerator[tuple[Container, Gate | None]]:
        """A container whose launcher waits, with a gate where one is wanted; gone at the end of the block."""
        self._check()
        container = Container(self.ground, profile, gate=wanted)
        gate = Gate(container.files / "gate", self.spec.doors) if wanted else None
        serving = asyncio.ensure_future(gate.serve()) if gate else None
        self.containers.add(container)
        try:
            await container.start()
            yield container, gate
        finally:
            self.containers.discard(container)
            if gate is not None and serving is not None:
                serving.cancel()
                gate.close()
            await asyncio.shield(container.end())

    @contextlib.asynccontextmanager
    async def _interpreter(self) -> AsyncGenerator[Container]:
        async with self._started(self.spec.profile, wanted=bool(self.spec.doors)) as (container, gate):
            await container.stdin.write(cell_script(self.spec, gate=gate is not None))
            yield container

    async def _accompany(self, container: Container) -> None:
        await self.disk.watch(container)


def _seconds(wanted: float | None, profile: Profile) -> float:
    return min(wanted or profile.wall_seconds, profile.wall_seconds)
