"""The host's side of a sandbox's doors: accepts at listeners inside it and leads each stream to a Unix socket."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Sequence

from forgecrew.core.relay import relay
from forgecrew.core.sandbox import Door
from forgecrew.integrations.bubblewrap.child import ready

_STREAMS_MAX = 128  # of one door at once; the next ones wait in the kernel's queue
_PAUSE_SECONDS = 0.2


def channel_of(fd: int) -> socket.socket:
    """A socket of its own on the channel that a launcher holds, for whoever uses it to close."""
    channel = socket.socket(fileno=os.dup(fd))
    channel.setblocking(False)
    return channel


async def keep_open(channel_fd: int, doors: Sequence[Door]) -> None:
    """Take the listeners that the gate sends and serve them until cancelled; ends at once when no gate comes."""
    if not doors:
        return
    with channel_of(channel_fd) as channel:
        listeners = [socket.socket(fileno=fd) for fd in await take(channel, len(doors))]
    try:
        await asyncio.gather(*(_serve(listener, door) for listener, door in zip(listeners, doors, strict=False)))
    finally:
        for listener in listeners:
            listener.close()


async def take(channel: socket.socket, fds_max: int) -> list[int]:
    """The descriptors of the gate's next message; none where it has none or is gone."""
    while True:
        await ready(channel.fileno())
        with contextlib.suppress(BlockingIOError):
            try:
                return list(socket.recv_fds(channel, 16, fds_max)[1])
            except ConnectionError:
                return []


async def _serve(listener: socket.socket, door: Door) -> None:
    listener.setblocking(False)
    streams: set[asyncio.Task[None]] = set()
    room = asyncio.Semaphore(_STREAMS_MAX)
    loop = asyncio.get_running_loop()
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
