"""A command that goes on in a container: its log, streams to its ports, its end."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Coroutine
from typing import Any

from forgecrew.core.capped_output import CappedOutput
from forgecrew.core.command import Result
from forgecrew.integrations.podman.container import Container
from forgecrew.integrations.podman.doors import Gate

Whole = Callable[[CappedOutput], Coroutine[Any, Any, Result]]


class Running:
    """See ports/service.py."""

    def __init__(self, container: Container, gate: Gate, output_bytes: int, whole: Whole) -> None:
        self._container, self._gate = container, gate
        self._output = CappedOutput(output_bytes)
        self.ending = asyncio.get_running_loop().create_task(whole(self._output))
        self.ending.add_done_callback(lambda ended: ended.cancelled() or ended.exception())  # told to who waits, if anybody

    async def connect(self, port: int) -> tuple[StreamReader, StreamWriter]:
        """A stream to a port of its loopback. Raises ConnectionRefusedError when nobody listens."""
        if self.ending.done():
            raise ConnectionRefusedError("the service has ended")
        return await self._gate.connect(port)

    def log(self) -> bytes:
        """Head and tail of what it printed so far."""
        return self._output.content()

    async def wait(self) -> Result:
        """Wait for its end. Raises SandboxUnavailable when the sandbox did not start."""
        return await asyncio.shield(self.ending)

    async def stop(self) -> Result:
        """Kill the whole tree and give what came of it; twice is fine."""
        if not self.ending.done():
            self._container.kill("killed")
        return await self.wait()
