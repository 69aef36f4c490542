"""The host's side of a container's gate: leads its doors to Unix sockets, and reaches ports of its loopback."""

import asyncio
import contextlib
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import Sequence
from pathlib import Path

from forgecrew.core.relay import relay
from forgecrew.core.sandbox import Door

_STREAMS_MAX = 128  # of one door at once; the next ones wait in the kernel's queue
_PAUSE_SECONDS = 0.2
_ANSWER_SECONDS = 10.0
_LOOPBACKS = ((b"4", socket.AF_INET, "127.0.0.1"), (b"6", socket.AF_INET6, "::1"))


class Gate:
    """Listens for the gate of one container at a socket that is mounted there."""

    def __init__(self, at: Path, doors: Sequence[Door]) -> None:
        self._doors = doors
        self._channel: asyncio.Future[socket.socket] = asyncio.get_running_loop().create_future()
        self._asking = asyncio.Lock()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.setblocking(False)
        self._listener.bind(str(at))
        at.chmod(0o666)
        self._listener.listen(1)

    async def serve(self) -> None:
        """Take the gate's listeners and serve them until cancelled."""
        loop = asyncio.get_running_loop()
        channel, _ = await loop.sock_accept(self._listener)
        self._listener.close()
        listeners: list[socket.socket] = []
        try:
            listeners = [socket.socket(fileno=fd) for fd in await _take(channel, max(len(self._doors), 1))]
            self._channel.set_result(channel)
            doors = zip(listeners, self._doors, strict=False)
            await asyncio.gather(loop.create_future(), *(_serve(listener, door) for listener, door in doors))
        finally:
            for one in (channel, *listeners):
                one.close()

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

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    async def _fresh(self, letter: bytes, family: socket.AddressFamily) -> socket.socket | None:
        fds: list[int] = []
        async with self._asking:
            with contextlib.suppress(OSError):  # the gate is gone, or too slow
                async with asyncio.timeout(_ANSWER_SECONDS):
                    channel = await asyncio.shield(self._channel)
                    await asyncio.get_running_loop().sock_sendall(channel, letter)
                    fds = await _take(channel, 1)
        if not fds:
            return None
        fresh = socket.socket(fileno=fds[0])
        if (fresh.family, fresh.type) != (family, socket.SOCK_STREAM):
            fresh.close()
            return None
        fresh.setblocking(False)
        return fresh


async def _take(channel: socket.socket, fds_max: int) -> list[int]:
    """The descriptors of the gate's next message; none where it has none or is gone."""
    loop = asyncio.get_running_loop()
    channel.setblocking(False)
    while True:
        seen: asyncio.Future[None] = loop.create_future()
        loop.add_reader(channel.fileno(), lambda seen=seen: seen.done() or seen.set_result(None))
        try:
            await seen
        finally:
            loop.remove_reader(channel.fileno())
        with contextlib.suppress(BlockingIOError):
            try:
                return list(socket.recv_fds(channel, 16, fds_max)[1])
            except ConnectionError:
                return []


async def _serve(listener: socket.socket, door: Door) -> None:
    listener.setblocking(False)
    room = asyncio.Semaphore(_STREAMS_MAX)
    loop = asyncio.get_running_loop()
    streams: set[asyncio.Task[None]] = set()
    try:
        while True:
            await room.acquire()
            try:
                accepted, _ = await loop.sock_accept(listener)
            except OSError:  # no descriptor left in this process, or the caller has hung up
                room.release()
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            task = loop.create_task(_lead(accepted, door))
            streams.add(task)
            task.add_done_callback(streams.discard)
            task.add_done_callback(lambda _: room.release())
    finally:
        for task in streams:
            task.cancel()


async def _lead(accepted: socket.socket, door: Door) -> None:
    inside = await asyncio.open_connection(sock=accepted)
    try:
        outside = await asyncio.open_unix_connection(door.socket)
    except OSError:  # nobody serves it: the caller inside sees a stream that is reset
        inside[1].transport.abort()
        return
    await relay(inside, outside)
