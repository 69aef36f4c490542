"""One sandbox: commands and files in a claimed pod, and its end."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forgecrew.core.command import Command, Result
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.integrations.kubernetes import files
from forgecrew.integrations.kubernetes.command import PodCommand
from forgecrew.integrations.kubernetes.heard import Heard, OnOutput
from forgecrew.integrations.kubernetes.pod_life import PodLife
from forgecrew.integrations.kubernetes.pod_service import going_on
from forgecrew.sandboxing.service import Running


@dataclass(slots=True, eq=False)
class Box:
    """A sandbox whose spec.json lies at `<folder>`; the rest is in the cluster."""

    spec: SandboxSpec
    folder: Path
    life: PodLife
    _cells: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def exec(self, command: Command, on_output: OnOutput | None = None) -> Result:
        """Run one command to its end; a cancelled call kills the whole tree."""
        return await self._run(command, on_output, None)

    async def cell(self, code: str, *, timeout_seconds: float | None = None, on_output: OnOutput | None = None) -> Result:
        """Run Python in a fork of the keeper's interpreter; cells take turns, files persist, variables do not."""
        async with self._cells:
            return await self._run(Command((), timeout_seconds=timeout_seconds), on_output, code)

    async def start(self, command: Command, on_output: OnOutput | None = None) -> Running:
        """Start a command that goes on; its timeout, when it has one, is its time to live."""
        one = await self._made(command, None)
        heard = Heard((command.profile or self.spec.profile).output_bytes, on_output)
        return going_on(self.life, one, heard, command.timeout_seconds or 0)

    async def use(self) -> SandboxUse:
        """What the workspace takes; the rest the cluster's own metrics tell."""
        return SandboxUse(disk_bytes=await files.used_bytes(self.life.cluster, await self.reach()))

    async def read(self, path: str, *, bytes_max: int = 1 << 20) -> bytes:
        """A regular file beneath the workspace, links refused. Raises TellModel when absent, too large or not a file."""
        return await files.read(self.life.cluster, await self.reach(), path, bytes_max)

    async def write(self, path: str, content: bytes) -> None:
        """Replace or make a file beneath the workspace, atomically, with its folders. Raises TellModel when refused."""
        await files.write(self.life.cluster, await self.reach(), path, content)

    async def destroy(self) -> None:
        """Kill what runs and give the pod back with its volume; twice is fine."""
        self.life.stay()
        await self.life.end(self.folder)
        self.life.stay()

    async def reach(self) -> Any:
        """The handle of its pod. Raises SandboxUnavailable where it was removed."""
        if not self.folder.is_dir():
            raise SandboxUnavailable(f"sandbox {self.spec.id} has been removed; create it again")
        return await self.life.reach()

    async def rest(self) -> None:
        """Suspend its pod, unless something runs."""
        await self.life.rest()

    async def _run(self, command: Command, on_output: OnOutput | None, code: str | None) -> Result:
        profile = command.profile or self.spec.profile
        one = await self._made(command, code)
        seconds = min(command.timeout_seconds or profile.wall_seconds, profile.wall_seconds)
        async with self.life.kept(one):
            result = await one.run(Heard(profile.output_bytes, on_output), seconds)
        self.life.shaken = result.reason == "lost"
        return result

    async def _made(self, command: Command, code: str | None) -> PodCommand:
        handle = await self.reach()
        return PodCommand(self.life.cluster, handle, self.spec, command, self.life.terms.lease_seconds, code)
