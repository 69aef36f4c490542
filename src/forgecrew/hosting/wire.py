"""One side of an exchange: a parser that refuses what two readers could read differently, over a stream."""

import asyncio
import contextlib
import socket
from asyncio import StreamReader, StreamWriter
from typing import Any, cast

import h11

_BLOCK_BYTES = 1 << 16
HEAD_BYTES_MAX = 64 << 10
GONE_SECONDS = 10.0
"""So long a browser that sends no more may still take what the app says, before it counts as gone."""


class Wire:
    """One side: a parser over a stream."""

    def __init__(self, reader: StreamReader, writer: StreamWriter, *, client: bool) -> None:
        self.reader, self.writer = reader, writer
        self._socket, self._sent_bytes = None if client else _tcp(writer), 0
        role = h11.SERVER if client else h11.CLIENT  # what we are to that side
        self.parser = h11.Connection(role, max_incomplete_event_size=HEAD_BYTES_MAX)

    async def next(self) -> Any:
        """The next event from that side. Raises h11.RemoteProtocolError for what is not HTTP."""
        while True:
            event = self.parser.next_event()
            if event is not h11.NEED_DATA:
                return event
            if self.parser.they_are_waiting_for_100_continue:
                await self.send(h11.InformationalResponse(status_code=100, headers=[]))
            if self._socket is not None:
                with contextlib.suppress(OSError):  # it ended meanwhile: reading tells
                    self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            self.parser.receive_data(await self.reader.read(_BLOCK_BYTES))

    async def send(self, *events: Any) -> None:
        """Events to that side, in one write."""
        content = b""
        for event in events:
            content += cast("bytes | None", self.parser.send(event)) or b""
        if content:
            self._sent_bytes += len(content)
            self.writer.write(content)
            await self.writer.drain()

    async def gone(self) -> None:
        """Until that side has gone, while nothing of it is waited for: what it already sends of a next request is kept."""
        ahead = 0
        with contextlib.suppress(OSError):
            while block := await self.reader.read(_BLOCK_BYTES):
                self.parser.receive_data(block)
                ahead += len(block)
                if ahead > HEAD_BYTES_MAX:  # it is here
                    await asyncio.Event().wait()
        sent_bytes = -1
        while sent_bytes != self._sent_bytes:
            sent_bytes = self._sent_bytes
            await asyncio.sleep(GONE_SECONDS)

    def again(self) -> bool:
        """Get ready for the next request; False when this stream has served its last one."""
        if self.parser.our_state is h11.DONE and self.parser.their_state is h11.DONE:
            self.parser.start_next_cycle()
            return True
        return False

    def close(self) -> None:
        """Give the stream back."""
        with contextlib.suppress(OSError):
            self.writer.close()


def _tcp(writer: StreamWriter) -> "socket.socket | None":
    """The socket of an app's stream, so that what comes is acknowledged at once: many apps write head and body apart, and
    their kernel keeps the second until it hears that the first arrived, which takes 40 ms otherwise."""
    found: Any = writer.get_extra_info("socket")
    return found if found is not None and found.family in (socket.AF_INET, socket.AF_INET6) else None
