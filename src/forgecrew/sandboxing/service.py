"""A command that goes on: its log, streams to its ports, its end."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from forgecrew.core.command import Result

Connect = Callable[[int], Awaitable[tuple[StreamReader, StreamWriter]]]


class Running:
    """See ports/service.py. `whole` runs it to its end, `kill` ends that, `log` is what it printed so far."""

    def __init__(
        self, whole: Coroutine[Any, Any, Result], kill: Callable[[], None], log: Callable[[], bytes], connect: Connect
    ) -> None:
        self._kill, self._log, self._connect = kill, log, connect
        self.ending = asyncio.get_running_loop().create_task(whole)
        self.ending.add_done_callback(lambda ended: ended.cancelled() or ended.exception())  # told to who waits, if anybody

    async def connect(self, port: int) -> tuple[StreamReader, StreamWriter]:
        """A stream to a port of its loopback. Raises ConnectionRefusedError when nobody listens."""
        if self.ending.done():
            raise ConnectionRefusedError("the service has ended")
        return await self._connect(port)

    def log(self) -> bytes:
        """Head and tail of what it printed so far."""
        return self._log()

    async def wait(self) -> Result:
        """Wait for its end. Raises SandboxUnavailable when the sandbox did not start."""
        return await asyncio.shield(self.ending)

    async def stop(self) -> Result:
        """Kill the whole tree and give what came of it; twice is fine."""
        if not self.ending.done():
            self._kill()
        return await self.wait()
