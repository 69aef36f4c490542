"""Two byte streams joined: what one end sends the other gets, each direction ending by itself."""

import asyncio
import contextlib
from asyncio import StreamReader, StreamWriter

Stream = tuple[StreamReader, StreamWriter]

_BLOCK_BYTES = 1 << 16


async def relay(one: Stream, other: Stream) -> None:
    """Copy both ways until both have ended; a broken end closes both. Both are closed afterwards, also when cancelled."""
    ways = [asyncio.ensure_future(_copy(one[0], other[1])), asyncio.ensure_future(_copy(other[0], one[1]))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for _, writer in (one, other):
            writer.close()


async def _copy(reader: StreamReader, writer: StreamWriter) -> None:
    while block := await reader.read(_BLOCK_BYTES):
        writer.write(block)
        await writer.drain()
    with contextlib.suppress(OSError):  # it is gone already: then nobody waits for the end
        if writer.can_write_eof():
            writer.write_eof()
