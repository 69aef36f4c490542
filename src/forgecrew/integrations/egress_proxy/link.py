"""Both directions of one connection, and a meter that bounds what goes through one outlet."""

import asyncio
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from dataclasses import dataclass
from ssl import SSLContext

CHUNK_BYTES = 64 << 10
IDLE_SECONDS = 120.0
END_SECONDS = 2.0


class Cut(Exception):
    """This connection ends here."""


@dataclass(slots=True)
class Meter:
    """Bytes that an outlet may still carry, both directions together."""

    left_bytes: int

    def take(self, count: int) -> None:
        """Count bytes. Raises Cut when there are no more."""
        self.left_bytes -= count
        if self.left_bytes < 0:
            raise Cut("this sandbox has used up the bytes that it may exchange")


@dataclass(slots=True)
class Link:
    """A stream with a time limit on every wait."""

    reader: StreamReader
    writer: StreamWriter
    meter: Meter

    async def receive(self, *, patient: bool = False) -> bytes:
        """The next bytes, empty at the end. Raises TimeoutError when nothing comes (unless patient), Cut at the limit."""
        async with asyncio.timeout(None if patient else IDLE_SECONDS):
            block = await self.reader.read(CHUNK_BYTES)
        self.meter.take(len(block))
        return block

    async def send(self, block: bytes) -> None:
        """Send bytes; waits while the other side does not read."""
        if block:
            self.writer.write(block)
            async with asyncio.timeout(IDLE_SECONDS):
                await self.writer.drain()

    async def secure(self, context: SSLContext, host: str | None = None) -> None:
        """Begin TLS: as the server, or as the client of `host`."""
        async with asyncio.timeout(IDLE_SECONDS):
            await self.writer.start_tls(context, server_hostname=host)

    def finish(self) -> None:
        """Tell the other side that nothing more is sent, where that is possible."""
        with suppress(OSError, RuntimeError):
            if self.writer.can_write_eof():
                self.writer.write_eof()

    async def end(self) -> None:
        """End both directions: what was sent arrives, and who does not take it in time is cut off."""
        self.writer.close()
        try:
            async with asyncio.timeout(END_SECONDS):
                await self.writer.wait_closed()
        except (OSError, TimeoutError):
            self.writer.transport.abort()


async def carry(source: Link, target: Link) -> None:
    """Bytes from one link to another until the source ends, however long it says nothing."""
    while block := await source.receive(patient=True):
        await target.send(block)
    target.finish()
