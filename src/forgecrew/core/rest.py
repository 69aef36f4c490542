"""Resting between two looks at the world, cut short by whatever is waited for."""

import asyncio
import contextlib


async def rest(seconds: float | None, *wakers: asyncio.Event) -> None:
    """Until the seconds are over (None: never) or one of the events is set, whatever comes first."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            if len(wakers) == 1:
                await wakers[0].wait()
            else:
                await _any(wakers)


async def _any(wakers: tuple[asyncio.Event, ...]) -> None:
    waits = [asyncio.create_task(one.wait()) for one in wakers]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
