"""What lives in one sandbox: its commands with their gates, what they use together, what has passed the doors."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterable
from typing import TypeVar

from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.sandboxing.begun import Begun
from forgecrew.sandboxing.disk import DiskWatch, used_bytes
from forgecrew.sandboxing.gate import Gate
from forgecrew.sandboxing.ground import Ground
from forgecrew.sandboxing.traffic import Traffic
from forgecrew.sandboxing.wish import Wish

Number = TypeVar("Number", int, float)


class Live:
    """Over a ground; `watch` goes on beside each command and watches the disk."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._traffic = ground, Traffic()
        self._begun: set[Begun] = set()
        self._going: set[asyncio.Future[None]] = set()
        self._removed = False
        self.watch = DiskWatch(ground.workspace, ground.spec.profile, quota=ground.quota).watch

    @contextlib.asynccontextmanager
    async def begun(self, wish: Wish) -> AsyncGenerator[tuple[Begun, Gate]]:
        """A command, begun; its gate, where it has one, is served. Raises SandboxUnavailable."""
        self._ground.check()
        async with self._known(), self._ground.begin(wish) as begun:
            gate = Gate(begun.channel, self._ground.spec.doors, self._traffic)
            serving = asyncio.ensure_future(gate.serve()) if wish.gate else None
            self._begun.add(begun)
            if self._removed:  # while it began
                begun.kill("killed")
            try:
                yield begun, gate
            finally:
                self._begun.discard(begun)
                if serving is not None:
                    serving.cancel()

    def kill(self) -> None:
        """Kill all of it, and all that begins from now on."""
        self._removed = True
        for begun in list(self._begun):
            begun.kill("killed")

    async def ended(self) -> None:
        """Wait until what was killed is cleared away: only then nothing waits in the sandbox for the next command."""
        while self._going:
            await asyncio.wait(self._going)

    async def use(self) -> SandboxUse:
        """All of it together; the disk is measured."""
        used = [begun.present() for begun in self._begun]
        return SandboxUse(
            processes=_sum(one.processes for one in used),
            memory_bytes=_sum(one.memory_bytes for one in used),
            cpu_seconds=_sum(one.cpu_seconds for one in used),
            disk_bytes=await used_bytes(self._ground.workspace),
            bytes_in=self._traffic.bytes_in,
            bytes_out=self._traffic.bytes_out,
        )

    @contextlib.asynccontextmanager
    async def _known(self) -> AsyncGenerator[None]:
        going = asyncio.get_running_loop().create_future()
        self._going.add(going)
        try:
            yield
        finally:
            self._going.discard(going)
            going.set_result(None)


def _sum(values: Iterable[Number | None]) -> Number | int | None:
    """None where one is not known."""
    every = list(values)
    known = [value for value in every if value is not None]
    return sum(known) if len(known) == len(every) else None
