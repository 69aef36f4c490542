"""The host's side of a command's gate: leads its doors to Unix sockets, and reaches ports of its loopback."""

import asyncio
import contextlib
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Sequence

from forgecrew.core.sandbox import Door
from forgecrew.sandboxing.doors import serve_door
from forgecrew.sandboxing.pipes import ready
from forgecrew.sandboxing.traffic import Traffic

_ANSWER_SECONDS = 10.0
_LOOPBACKS = ((b"4", socket.AF_INET, "127.0.0.1"), (b"6", socket.AF_INET6, "::1"))


class Gate:
    """One command's; `reached` gives the channel to the gate inside, once that is there."""

    def __init__(self, reached: Callable[[], Awaitable[socket.socket]], doors: Sequence[Door], traffic: Traffic) -> None:
        self._reached, self._doors, self._traffic = reached, doors, traffic
        self._channel: asyncio.Future[socket.socket] = asyncio.get_running_loop().create_future()
        self._asking = asyncio.Lock()

    async def serve(self) -> None:
        """Take the gate's listeners and serve them until cancelled."""
        open_now = contextlib.ExitStack()
        with open_now:
            channel = open_now.enter_context(await self._reached())
            channel.setblocking(False)
            listeners = [socket.socket(fileno=fd) for fd in await _taken(channel, max(len(self._doors), 1))]
            for one in listeners:
                open_now.enter_context(one)
            self._channel.set_result(channel)
            serving = (serve_door(one, door, self._traffic) for one, door in zip(listeners, self._doors, strict=False))
            await asyncio.gather(asyncio.get_running_loop().create_future(), *serving)

    async def connect(self, port: int) -> tuple[StreamReader, StreamWriter]:
        """A stream to a port inside, version 4 before 6. Raises ConnectionRefusedError when nobody listens."""
        for letter, family, address in _LOOPBACKS:
            fresh = await self._fresh(letter, family)
            if fresh is None:
                continue
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
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

    async def _fresh(self, letter: bytes, family: socket.AddressFamily) -> socket.socket | None:
        """A new socket of its network from the gate; None when it gives none."""
        fds: list[int] = []
        async with self._asking:
            with contextlib.suppress(OSError, ValueError):  # the gate is gone, or too slow
                async with asyncio.timeout(_ANSWER_SECONDS):
                    channel = await asyncio.shield(self._channel)
                    await asyncio.get_running_loop().sock_sendall(channel, letter)
                    fds = await _taken(channel, 1)
        if not fds:
            return None
        fresh = socket.socket(fileno=fds[0])
        if (fresh.family, fresh.type) != (family, socket.SOCK_STREAM):
            fresh.close()
            return None
        fresh.setblocking(False)
        return fresh


async def _taken(channel: socket.socket, fds_max: int) -> list[int]:
    """The descriptors of the gate's next message; none where it has none or is gone."""
    while True:
        await ready(channel.fileno())
        with contextlib.suppress(BlockingIOError):
            try:
                return list(socket.recv_fds(channel, 16, fds_max)[1])
            except ConnectionError:
                return []
