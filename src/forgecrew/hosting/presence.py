"""The host among the workers, while it hosts something: its sandboxes are shown as long as it gives signs of life."""

import asyncio
from collections.abc import Callable

from forgecrew.kernel.lease import LEASE_SECONDS, Lease
from forgecrew.kernel.rounds import again_and_again


class Presence:
    """`hosts` tells whether there is anything to show; an idle host writes nothing."""

    def __init__(self, lease: Lease, hosts: Callable[[], bool]) -> None:
        self._lease, self._hosts = lease, hosts
        self._here = False

    async def run(self, stopping: asyncio.Event) -> None:
        """Until the event is set; then it leaves in order."""
        await again_and_again(lambda: self._tell(self._hosts()), LEASE_SECONDS / 6, stopping)
        await self._tell(False)

    async def _tell(self, here: bool) -> None:
        if here and not (self._here and await self._lease.beat()):
            await self._lease.join()
        elif self._here and not here:
            await self._lease.goodbye()
        self._here = here
