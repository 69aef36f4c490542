"""A command that goes on in a pod: its log and its end."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Coroutine
from typing import Any

from forgecrew.core.command import Result
from forgecrew.integrations.kubernetes.command import PodCommand
from forgecrew.integrations.kubernetes.heard import Heard


class Running:
    """See ports/service.py. Ports of a pod are not reached from here: that is a gap."""

    def __init__(self, command: PodCommand, heard: Heard, whole: Callable[[], Coroutine[Any, Any, Result]]) -> None:
        self._command, self._heard = command, heard
        self.ending = asyncio.get_running_loop().create_task(whole())
        self.ending.add_done_callback(lambda ended: ended.cancelled() or ended.exception())  # told to who waits, if anybody

    async def connect(self, port: int) -> tuple[StreamReader, StreamWriter]:
        """Raises ConnectionRefusedError."""
        raise ConnectionRefusedError(f"port {port} of a pod is not reached from this machine: publish it by the cluster")

    def log(self) -> bytes:
        """Head and tail of what it printed so far."""
        return self._heard.output.content()

    async def wait(self) -> Result:
        """Wait for its end. Raises SandboxUnavailable when the sandbox did not start."""
        return await asyncio.shield(self.ending)

    async def stop(self) -> Result:
        """Kill the whole tree and give what came of it; twice is fine."""
        while not self.ending.done() and not await self._command.kill("killed"):
            await asyncio.wait({self.ending}, timeout=0.05)
        return await self.wait()
