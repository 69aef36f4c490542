"""Two byte streams joined: what one end sends the other gets, each direction ending by itself."""

import asyncio
import contextlib
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable

Stream = tuple[StreamReader, StreamWriter]

_BLOCK_BYTES = 1 << 16


Told = Callable[[int], None]


def _nobody(_: int) -> None:
    pass


async def relay(one: Stream, other: Stream, told: tuple[Told, Told] = (_nobody, _nobody)) -> None:
    """Copy both ways until both have ended; a broken end closes both. Both are closed afterwards, also when cancelled.

    `told` hears how many bytes went from one to the other, and back.
    """
    ways = [
        asyncio.ensure_future(_copy(one[0], other[1], told[0])),
        asyncio.ensure_future(_copy(other[0], one[1], told[1])),
    ]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for _, writer in (one, other):
            writer.close()


async def _copy(reader: StreamReader, writer: StreamWriter, told: Told) -> None:
    while block := await reader.read(_BLOCK_BYTES):
        told(len(block))
        writer.write(block)
        await writer.drain()
    with contextlib.suppress(OSError):  # it is gone already: then nobody waits for the end
        if writer.can_write_eof():
            writer.write_eof()
