"""One sandbox: commands in it, files of its workspace, and its end, over the ground that a backend gives it."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path

from forgecrew.core import workspace_files as files
from forgecrew.core.capped_output import CappedOutput
from forgecrew.core.command import Command, Result
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.sandboxing.begun import Begun, Bounds, Ground, Wish
from forgecrew.sandboxing.cells import Cells
from forgecrew.sandboxing.disk import DiskWatch, told_when_full
from forgecrew.sandboxing.gate import Gate
from forgecrew.sandboxing.present import present
from forgecrew.sandboxing.programs import program
from forgecrew.sandboxing.run import OnOutput, run
from forgecrew.sandboxing.service import Running
from forgecrew.sandboxing.traffic import Traffic


@dataclass(slots=True, eq=False)
class Box:
    """See ports/sandbox.py."""

    ground: Ground
    live: set[Begun] = field(default_factory=set[Begun])
    services: set[Running] = field(default_factory=set[Running])
    traffic: Traffic = field(default_factory=Traffic)
    _removed: bool = False
    _disk: DiskWatch = field(init=False)
    _cells: Cells = field(init=False)

    def __post_init__(self) -> None:
        self._disk = DiskWatch(self.workspace, self.spec.profile, quota=self.ground.quota)
        self._cells = Cells(self._interpreter, self._disk.watch)

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
        """The host's user id that its commands have; None where it is our own."""
        return self.ground.uid

    async def exec(self, command: Command, on_output: OnOutput | None = None) -> Result:
        """Run one command to its end; a cancelled call kills the whole tree."""
        profile = command.profile or self.spec.profile
        bounds = Bounds(_seconds(command.timeout_seconds, profile), profile.output_bytes)
        async with self._begun(Wish(command, profile, bounds.timeout_seconds, gate=bool(self.spec.doors))) as (begun, _):
            return await run(begun, command.stdin, bounds, self._disk.watch, on_output)

    async def cell(self, code: str, *, timeout_seconds: float | None = None, on_output: OnOutput | None = None) -> Result:
        """Run Python in a fresh fork of a warm interpreter; files persist, variables do not."""
        self.ground.check()
        profile = self.spec.profile
        return await self._cells.cell(code, Bounds(_seconds(timeout_seconds, profile), profile.output_bytes), on_output)

    async def start(self, command: Command, on_output: OnOutput | None = None) -> Running:
        """Start a command that goes on; its timeout, when it has one, is its time to live."""
        profile = command.profile or self.spec.profile
        bounds = Bounds(command.timeout_seconds, profile.output_bytes, endless=True)
        output = CappedOutput(profile.output_bytes)
        async with contextlib.AsyncExitStack() as stack:
            wish = Wish(command, profile, command.timeout_seconds, gate=True, stays=True)
            begun, gate = await stack.enter_async_context(self._begun(wish))
            held = stack.pop_all()

        async def whole() -> Result:
            async with held:
                return await run(begun, command.stdin, bounds, self._disk.watch, on_output, output)

        running = Running(whole(), lambda: begun.kill("killed"), output.content, gate.connect)
        self.services.add(running)
        running.ending.add_done_callback(lambda _: self.services.discard(running))
        await asyncio.sleep(0)  # once begun, it clears away after itself
        return running

    async def use(self) -> SandboxUse:
        """What it uses now, and what has passed its doors."""
        self.ground.check()
        return await present(self.live, self.workspace, self.traffic)

    async def read(self, path: str, *, bytes_max: int = 1 << 20) -> bytes:
        """A regular file beneath the workspace, links refused. Raises TellModel when absent, too large or not a file."""
        self.ground.check()
        return await asyncio.to_thread(files.read, self.workspace, path, bytes_max)

    async def write(self, path: str, content: bytes) -> None:
        """Replace or make a file beneath the workspace, atomically, with its folders. Raises TellModel when refused."""
        self.ground.check()
        with told_when_full(path, quota=self.ground.quota):
            await asyncio.to_thread(files.write, self.workspace, path, content, self.uid)

    async def destroy(self) -> None:
        """Kill what runs and remove everything; twice is fine."""
        self._removed = True
        for begun in list(self.live):
            begun.kill("killed")
        await asyncio.gather(*(running.stop() for running in list(self.services)), return_exceptions=True)
        await self._cells.close()
        await self.ground.forget()
        await self.ground.remove()

    @contextlib.asynccontextmanager
    async def _begun(self, wish: Wish) -> AsyncGenerator[tuple[Begun, Gate]]:
        self.ground.check()
        async with self.ground.begin(wish) as begun:
            gate = Gate(begun.channel, self.spec.doors, self.traffic)
            serving = asyncio.ensure_future(gate.serve()) if wish.gate else None
            self.live.add(begun)
            if self._removed:  # while it began
                begun.kill("killed")
            try:
                yield begun, gate
            finally:
                self.live.discard(begun)
                if serving is not None:
                    serving.cancel()

    @contextlib.asynccontextmanager
    async def _interpreter(self) -> AsyncGenerator[Begun]:
        profile = self.spec.profile
        command = Command(("python3", "-I", "-c", program("zygote")))
        wish = Wish(command, profile, profile.wall_seconds, gate=bool(self.spec.doors), streams=True)
        async with self._begun(wish) as (begun, _):
            try:
                yield begun
            finally:
                await asyncio.shield(begun.end())


def _seconds(wanted: float | None, profile: Profile) -> float:
    return min(wanted or profile.wall_seconds, profile.wall_seconds)
