"""Who recalls, however it comes about."""

from typing import Protocol

from forgecrew.memory.recall.asked import Asked, Recalled


class Recalls(Protocol):
    """Who recalls: one for all runs of a process."""

    def begin(self) -> None:
        """Load what takes long beside whatever goes on: somebody will ask soon."""
        ...

    async def recall(self, asked: Asked) -> Recalled:
        """What memory holds about it, packed; nothing when nothing is relevant enough."""
        ...

    async def close(self) -> None:
        """Give up what is under way."""
        ...
