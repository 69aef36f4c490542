"""Where a command is that is about to be cut off: a short text for whoever asked for it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from forgecrew.sandboxing.begun import Begun
from forgecrew.sandboxing.inside import stacks

_TELL_SECONDS = 0.15
_TOLD_BYTES_MAX = 256 << 10


async def where(begun: Begun, read: Callable[[], Awaitable[bytes]]) -> tuple[bytes, str]:
    """What it still printed, and where its processes are: at most 20 lines; empty where that cannot be seen.

    Programs that tell their stack when they are aborted are aborted: they are to be killed anyway.
    """
    pids = begun.processes()
    rows = stacks.rows(pids)
    said = b""
    if stacks.asked(pids):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_TELL_SECONDS):
                while len(said) < _TOLD_BYTES_MAX and (block := await read()):
                    said += block
    before, told = stacks.parted(said)
    return before, "\n".join([*rows, *told])
