"""The pod of one sandbox: claimed, woken when it is needed, put to rest when nothing has run in it for a while."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.removal import remove_folder
from forgecrew.core.sandbox import Profile
from forgecrew.integrations.kubernetes.calls import settled
from forgecrew.integrations.kubernetes.cluster import Cluster
from forgecrew.integrations.kubernetes.command import PodCommand
from forgecrew.integrations.kubernetes.objects import Pod

_END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Terms:
    """How long: a command lives on after its controller has fallen silent; a pod without a command is kept running."""

    lease_seconds: float = 20.0
    idle_seconds: float = 900.0


@dataclass(slots=True, eq=False)
class PodLife:
    """Known in the cluster by the name of its claim. `shaken`: its server was killed and may not answer at once."""

    claim: str
    cluster: Cluster
    pod: Pod
    labels: dict[str, str]
    terms: Terms
    running: set[PodCommand] = field(default_factory=set[PodCommand])
    suspended: bool = False
    shaken: bool = False
    quiet: asyncio.Event = field(default_factory=asyncio.Event)
    _handle: Any = None
    _reaching: asyncio.Lock = field(default_factory=asyncio.Lock)
    _idle: asyncio.TimerHandle | None = None
    _resting: asyncio.Task[None] | None = None

    @classmethod
    def of(
        cls, claim: str, cluster: Cluster, profile: Profile, image: str, runtime_class: str, labels: dict[str, str],
        terms: Terms,
    ) -> "PodLife":  # fmt: skip
        """A pod with the bounds of a profile that a pod has as a whole."""
        bounds = Profile("pod", profile.memory_bytes, profile.cpu, profile.pids, disk_bytes=profile.disk_bytes)
        return cls(claim, cluster, Pod(image, runtime_class, bounds), labels, terms)

    async def reach(self) -> Any:
        """The handle of its pod, which is woken where it rests."""
        async with self._reaching:
            self.stay()
            if self._handle is None:
                self._handle = await self.cluster.claim(self.claim, self.pod, self.labels)
            if self.suspended:
                await self.cluster.operate(self._handle.sandbox_id, "Running")
                self.suspended = False
                self._handle = await self.cluster.claim(self.claim, self.pod, self.labels)
            if self.shaken:
                await settled(self.cluster, self._handle)
                self.shaken = False
            if not self.running:
                self._idle_later()
            return self._handle

    async def rest(self) -> None:
        """Suspend the pod, unless something runs: it goes, its volume stays."""
        async with self._reaching:
            if self._handle is not None and not self.running and not self.suspended:
                await self.cluster.operate(self._handle.sandbox_id, "Suspended")
                self.suspended = True

    @contextlib.asynccontextmanager
    async def kept(self, one: PodCommand) -> AsyncGenerator[None]:
        """While a command runs."""
        self.running.add(one)
        self.quiet.clear()
        self.stay()
        try:
            yield
        finally:
            self.running.discard(one)
            if not self.running:
                self.quiet.set()
                self._idle_later()

    async def end(self, home: Path) -> None:
        """Kill what runs and give the pod back with its volume; its folder here is what says that it has one."""
        there = home.exists()
        await remove_folder(home)
        if not there:
            return
        with contextlib.suppress(SandboxUnavailable, TimeoutError):  # a pod that does not answer is removed all the same
            await asyncio.gather(*(one.kill("killed") for one in list(self.running)))
            if self.running:
                async with asyncio.timeout(_END_SECONDS):
                    await self.quiet.wait()
        await self.cluster.release(self.claim)

    def stay(self) -> None:
        """Do not rest as planned."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _idle_later(self) -> None:
        self.stay()
        self._idle = asyncio.get_running_loop().call_later(self.terms.idle_seconds, self._rest_soon)

    def _rest_soon(self) -> None:
        self._resting = asyncio.get_running_loop().create_task(self.rest())
