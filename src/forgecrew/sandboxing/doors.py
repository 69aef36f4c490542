"""The host's side of one door: accepts at a listener inside the sandbox and leads each stream to a Unix socket."""

import asyncio
import socket

from forgecrew.core.relay import relay
from forgecrew.core.sandbox import Door
from forgecrew.sandboxing.traffic import Traffic

_STREAMS_MAX = 128  # of one door at once; the next ones wait in the kernel's queue
_PAUSE_SECONDS = 0.2


async def serve_door(listener: socket.socket, door: Door, traffic: Traffic) -> None:
    """Until cancelled."""
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
            task = loop.create_task(_lead(accepted, door, traffic))
            streams.add(task)
            task.add_done_callback(streams.discard)
            task.add_done_callback(lambda _: room.release())
    finally:
        for task in streams:
            task.cancel()


async def _lead(accepted: socket.socket, door: Door, traffic: Traffic) -> None:
    inside = await asyncio.open_connection(sock=accepted)
    try:
        outside = await asyncio.open_unix_connection(door.socket)
    except BaseException as error:  # nobody serves it, or cancelled: the caller inside sees a stream that is reset
        inside[1].transport.abort()
        if isinstance(error, OSError):
            return
        raise
    await relay(inside, outside, told=(traffic.went_out, traffic.came_in))
