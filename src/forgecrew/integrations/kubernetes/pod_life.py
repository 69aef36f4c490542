"""The pod of one sandbox: claimed, woken when it is needed, put to rest when nothing has run in it for a while."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from forgecrew.integrations.kubernetes.calls import settled
from forgecrew.integrations.kubernetes.cluster import Cluster
from forgecrew.integrations.kubernetes.command import PodCommand
from forgecrew.integrations.kubernetes.objects import Pod


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
