"""Descriptors read and written without a thread and without waiting in the loop."""

import asyncio
import contextlib
import os


class Pipe:
    """One of our ends of a pipe."""

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self._fd = fd

    async def read(self, bytes_max: int = 1 << 16) -> bytes:
        """What comes next; empty at the end."""
        while self._fd >= 0:
            try:
                return os.read(self._fd, bytes_max)
            except BlockingIOError:
                await ready(self._fd)
        return b""

    async def write(self, content: bytes) -> None:
        """All of it; a reader that is gone is fine."""
        view = memoryview(content)
        with contextlib.suppress(BrokenPipeError):
            while view and self._fd >= 0:
                try:
                    view = view[os.write(self._fd, view[: 1 << 16]) :]
                except BlockingIOError:
                    await ready(self._fd, write=True)

    def close(self) -> None:
        """Close it; twice is fine."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            os.close(fd)


async def ready(fd: int, *, write: bool = False) -> None:
    """Wait until a descriptor can be read (or written) without waiting, also because its other end is gone."""
    loop = asyncio.get_running_loop()
    seen: asyncio.Future[None] = loop.create_future()

    def told() -> None:
        if not seen.done():
            seen.set_result(None)

    (loop.add_writer if write else loop.add_reader)(fd, told)
    try:
        await seen
    finally:
        (loop.remove_writer if write else loop.remove_reader)(fd)
