"""A recaller that is made in a thread when somebody is about to ask: numpy and all that compares come with it."""

import asyncio
from collections.abc import Callable

from forgecrew.memory.recall.asked import Asked, Recalled
from forgecrew.memory.recall.recalls import Recalls


class RecallerWhenAsked:
    """See `Recalls`; whoever gives up waiting for it finds it made the next time."""

    def __init__(self, make: Callable[[], Recalls]) -> None:
        self._make = make
        self._making: asyncio.Task[Recalls] | None = None

    def begin(self) -> None:
        """Make it, and let it load what it needs, beside whatever goes on."""
        self._made()

    async def recall(self, asked: Asked) -> Recalled:
        """As the recaller."""
        return await (await asyncio.shield(self._made())).recall(asked)

    async def close(self) -> None:
        """As the recaller, if one was made."""
        if self._making is not None:
            await (await self._making).close()

    def _made(self) -> asyncio.Task[Recalls]:
        if self._making is None or (self._making.done() and (self._making.cancelled() or self._making.exception())):
            self._making = asyncio.create_task(self._begun())
        return self._making

    async def _begun(self) -> Recalls:
        made = await asyncio.to_thread(self._make)
        made.begin()
        return made
