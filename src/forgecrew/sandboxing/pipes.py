"""Descriptors read and written without a thread and without waiting in the loop."""

import asyncio
import contextlib
import os
import socket


class Watched:
    """A descriptor that is ours to wait for and to close.

    The loop knows descriptors by number alone. One that is closed while it is waited for would be watched on under a
    number that soon belongs to another, which then nobody is told of; so closing tells the loop, and wakes who waits.
    """

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self.fd = fd
        self._waiting: dict[asyncio.Future[None], bool] = {}

    async def ready(self, *, write: bool = False) -> None:
        """Wait until it can be read (or written) without waiting, its other end is gone, or it is closed."""
        if self.fd < 0:
            return
        loop = asyncio.get_running_loop()
        seen: asyncio.Future[None] = loop.create_future()
        (loop.add_writer if write else loop.add_reader)(self.fd, _tell, seen)
        self._waiting[seen] = write
        try:
            await seen
        finally:
            self._forget(seen)

    def close(self) -> None:
        """Close it; twice is fine."""
        if self.fd >= 0:
            for seen in list(self._waiting):
                self._forget(seen)
            fd, self.fd = self.fd, -1
            os.close(fd)

    def _forget(self, seen: "asyncio.Future[None]") -> None:
        write, loop = self._waiting.pop(seen, None), seen.get_loop()
        if write is not None and not loop.is_closed():
            (loop.remove_writer if write else loop.remove_reader)(self.fd)
            _tell(seen)


class Pipe(Watched):
    """One of our ends of a pipe."""

    async def read(self, bytes_max: int = 1 << 16) -> bytes:
        """What comes next; empty at the end."""
        while self.fd >= 0:
            try:
                return os.read(self.fd, bytes_max)
            except BlockingIOError:
                await self.ready()
        return b""

    async def write(self, content: bytes) -> None:
        """All of it; a reader that is gone is fine."""
        view = memoryview(content)
        with contextlib.suppress(BrokenPipeError):
            while view and self.fd >= 0:
                try:
                    view = view[os.write(self.fd, view[: 1 << 16]) :]
                except BlockingIOError:
                    await self.ready(write=True)


class WatchedSocket(Watched):
    """A socket that is ours; taken over from who made it."""

    def __init__(self, end: socket.socket) -> None:
        super().__init__(end.fileno())
        end.setblocking(False)  # the object must know it, too: a loop that debugs refuses others
        self.end = end

    def close(self) -> None:
        """Close it; twice is fine."""
        if self.fd >= 0:
            super().close()
            self.end.detach()  # its number is free for another one now


def _tell(seen: "asyncio.Future[None]") -> None:
    if not seen.done():
        seen.set_result(None)
