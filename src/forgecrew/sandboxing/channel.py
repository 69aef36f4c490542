"""The socket on which a gate inside hands descriptors to the host, a message each."""

import asyncio
import contextlib
import socket

from forgecrew.sandboxing.pipes import WatchedSocket


class Channel(WatchedSocket):
    """For one task at a time."""

    async def say(self, word: bytes) -> None:
        """Send it. Raises OSError when the other end is gone."""
        await asyncio.get_running_loop().sock_sendall(self.end, word)

    async def take(self, fds_max: int) -> list[int]:
        """The descriptors of the next message; none where it has none, or the other end is gone."""
        while self.fd >= 0:
            await self.ready()
            with contextlib.suppress(BlockingIOError):
                try:
                    return list(socket.recv_fds(self.end, 16, fds_max)[1])
                except ConnectionError:
                    return []
        return []
