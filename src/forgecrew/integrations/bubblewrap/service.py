"""A command that goes on: its log, streams to its ports, its end."""

import asyncio
import contextlib
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable

from forgecrew.core.capped_output import CappedOutput
from forgecrew.core.command import Result
from forgecrew.integrations.bubblewrap.bounds import Bounds, Watch
from forgecrew.integrations.bubblewrap.doors import channel_of, take
from forgecrew.integrations.bubblewrap.run import run
from forgecrew.integrations.bubblewrap.spare import Spare
from forgecrew.integrations.bubblewrap.tree import Tree

_LOOPBACKS = ((b"4", socket.AF_INET, "127.0.0.1"), (b"6", socket.AF_INET6, "::1"))
_GATE_SECONDS = 10.0
_CONNECT_SECONDS = 10.0


class Running:
    """See ports/service.py. Its launcher `spare` and what `held` keeps belong to it until its end."""

    def __init__(
        self,
        spare: Spare,
        held: contextlib.AsyncExitStack,
        bounds: Bounds,
        stdin: bytes,
        beside: Watch,
        on_output: Callable[[bytes], None] | None,
    ) -> None:
        self._output = CappedOutput(bounds.output_bytes)
        self._tree = Tree(spare.child, spare.group)
        self._channel = channel_of(spare.channel)
        held.callback(self._channel.close)
        self._asking = asyncio.Lock()

        async def whole() -> Result:
            async with held:
                return await run(spare, bounds, stdin, beside, on_output, tree=self._tree, output=self._output)

        self.ending = asyncio.get_running_loop().create_task(whole())
        self.ending.add_done_callback(lambda ended: ended.cancelled() or ended.exception())  # told to who waits, if anybody

    async def connect(self, port: int) -> tuple[StreamReader, StreamWriter]:
        """A stream to a port of its loopback, version 4 before 6. Raises ConnectionRefusedError when nobody listens."""
        for letter, family, address in _LOOPBACKS:
            fresh = await self._fresh(letter, family)
            if fresh is None:
                continue
            try:
                async with asyncio.timeout(_CONNECT_SECONDS):
                    await asyncio.get_running_loop().sock_connect(fresh, (address, port))
            except OSError:
                fresh.close()
            except BaseException:  # cancelled: the socket must not stay
                fresh.close()
                raise
            else:
                fresh.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return await asyncio.open_connection(sock=fresh)
        raise ConnectionRefusedError(f"nobody listens on port {port} of the service")

    def log(self) -> bytes:
        """Head and tail of what it printed so far."""
        return self._output.content()

    async def wait(self) -> Result:
        """Wait for its end. Raises SandboxUnavailable when the sandbox did not start."""
        return await asyncio.shield(self.ending)

    async def stop(self) -> Result:
        """Kill the whole tree and give what came of it; twice is fine."""
        if not self.ending.done():
            self._tree.kill("killed")
        return await self.wait()

    async def _fresh(self, letter: bytes, family: socket.AddressFamily) -> socket.socket | None:
        """A new socket of its network from the gate; None when it gives none."""
        fds: list[int] = []
        async with self._asking:
            if self.ending.done():
                return None
            with contextlib.suppress(OSError):  # the gate is gone, or too slow
                self._channel.send(letter)
                async with asyncio.timeout(_GATE_SECONDS):
                    fds = await take(self._channel, 1)
        if not fds:
            return None
        fresh = socket.socket(fileno=fds[0])
        if (fresh.family, fresh.type) != (family, socket.SOCK_STREAM):
            fresh.close()
            return None
        fresh.setblocking(False)
        return fresh
