"""One sandbox: a claimed pod, commands and files in it, its rest and its end."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forgecrew.core.command import Command, Result
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.removal import remove_folder
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.integrations.kubernetes import files
from forgecrew.integrations.kubernetes.calls import POD_FILES, ask, settled
from forgecrew.integrations.kubernetes.cluster import Cluster
from forgecrew.integrations.kubernetes.command import PodCommand
from forgecrew.integrations.kubernetes.heard import Heard
from forgecrew.integrations.kubernetes.objects import Pod
from forgecrew.integrations.kubernetes.service import Running

_END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Terms:
    """How long: a command lives on after its controller has fallen silent; a pod without a command is kept running."""

    lease_seconds: float = 20.0
    idle_seconds: float = 900.0


@dataclass(slots=True, eq=False)
class Box:
    """A sandbox whose spec.json lies at `<folder>`; the rest is in the cluster, under the name of its claim."""

    spec: SandboxSpec
    folder: Path
    claim: str
    cluster: Cluster
    pod: Pod
    labels: dict[str, str]
    terms: Terms
    running: set[PodCommand] = field(default_factory=set[PodCommand])
    services: set[Running] = field(default_factory=set[Running])
    suspended: bool = False
    _shaken: bool = False
    _quiet: asyncio.Event = field(default_factory=asyncio.Event)
    _handle: Any = None
    _reaching: asyncio.Lock = field(default_factory=asyncio.Lock)
    _cells: asyncio.Lock = field(default_factory=asyncio.Lock)
    _idle: asyncio.TimerHandle | None = None
    _resting: asyncio.Task[None] | None = None

    async def exec(self, command: Command, on_output: Callable[[bytes], None] | None = None) -> Result:
        """Run one command to its end; a cancelled call kills the whole tree."""
        return await self._run(command, on_output, None)

    async def cell(
        self, code: str, *, timeout_seconds: float | None = None, on_output: Callable[[bytes], None] | None = None
    ) -> Result:
        """Run Python in a fork of the keeper's interpreter; cells take turns, files persist, variables do not."""
        async with self._cells:
            return await self._run(Command((), timeout_seconds=timeout_seconds), on_output, code)

    async def start(self, command: Command, on_output: Callable[[bytes], None] | None = None) -> Running:
        """Start a command that goes on; its timeout, when it has one, is its time to live."""
        one = await self._made(command, None)
        heard = Heard((command.profile or self.spec.profile).output_bytes, on_output)

        async def whole() -> Result:
            async with self._kept(one):
                return await one.run(heard, command.timeout_seconds or 0, floods=True)

        running = Running(one, heard, whole)
        self.services.add(running)
        running.ending.add_done_callback(lambda _: self.services.discard(running))
        return running

    async def use(self) -> SandboxUse:
        """What the workspace takes; the rest the cluster's own metrics tell."""
        answer = await ask(self.cluster, await self.reach(), POD_FILES, {"do": "use"})
        return SandboxUse(disk_bytes=answer.get("disk"))

    async def read(self, path: str, *, bytes_max: int = 1 << 20) -> bytes:
        """A regular file beneath the workspace, links refused. Raises TellModel when absent, too large or not a file."""
        return await files.read(self.cluster, await self.reach(), path, bytes_max)

    async def write(self, path: str, content: bytes) -> None:
        """Replace or make a file beneath the workspace, atomically, with its folders. Raises TellModel when refused."""
        await files.write(self.cluster, await self.reach(), path, content)

    async def destroy(self) -> None:
        """Kill what runs and give the pod back with its volume; twice is fine."""
        self._hurry()
        there = self.folder.exists()
        await remove_folder(self.folder)
        if there:
            with contextlib.suppress(SandboxUnavailable, TimeoutError):  # a pod that does not answer is removed all the same
                await asyncio.gather(*(one.kill("killed") for one in list(self.running)))
                if not self.running:
                    self._quiet.set()
                async with asyncio.timeout(_END_SECONDS):
                    await self._quiet.wait()
            await self.cluster.release(self.claim)

    async def reach(self) -> Any:
        """The handle of its pod, which is woken where it rests."""
        async with self._reaching:
            if not self.folder.is_dir():
                raise SandboxUnavailable(f"sandbox {self.spec.id} has been removed; create it again")
            self._hurry()
            if self._handle is None:
                self._handle = await self.cluster.claim(self.claim, self.pod, self.labels)
            if self.suspended:
                await self.cluster.operate(self._handle.sandbox_id, "Running")
                self.suspended = False
                self._handle = await self.cluster.claim(self.claim, self.pod, self.labels)
            if self._shaken:
                await settled(self.cluster, self._handle)
                self._shaken = False
            if not self.running:
                self._idle = asyncio.get_running_loop().call_later(self.terms.idle_seconds, self._rest_soon)
            return self._handle

    async def rest(self) -> None:
        """Suspend the pod, unless something runs: it goes, its volume stays."""
        async with self._reaching:
            if self._handle is not None and not self.running and not self.suspended:
                await self.cluster.operate(self._handle.sandbox_id, "Suspended")
                self.suspended = True

    async def _run(self, command: Command, on_output: Callable[[bytes], None] | None, code: str | None) -> Result:
        profile = command.profile or self.spec.profile
        one = await self._made(command, code)
        seconds = min(command.timeout_seconds or profile.wall_seconds, profile.wall_seconds)
        async with self._kept(one):
            result = await one.run(Heard(profile.output_bytes, on_output), seconds)
        self._shaken = result.reason == "lost"
        return result

    async def _made(self, command: Command, code: str | None) -> PodCommand:
        handle = await self.reach()
        return PodCommand(self.cluster, handle, self.spec, command, self.terms.lease_seconds, code)

    @contextlib.asynccontextmanager
    async def _kept(self, one: PodCommand) -> AsyncGenerator[None]:
        self.running.add(one)
        self._quiet.clear()
        self._hurry()
        try:
            yield
        finally:
            self.running.discard(one)
            if not self.running:
                self._quiet.set()
            if not self.running and self.folder.is_dir():
                self._idle = asyncio.get_running_loop().call_later(self.terms.idle_seconds, self._rest_soon)

    def _rest_soon(self) -> None:
        self._resting = asyncio.get_running_loop().create_task(self.rest())

    def _hurry(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
