"""The host among the workers, while it hosts something: its sandboxes are shown as long as it gives signs of life."""

import asyncio
import logging
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from forgecrew.kernel.lease import LEASE_SECONDS, Lease

log = logging.getLogger(__name__)


class Presence:
    """`hosts` tells whether there is anything to show; an idle host writes nothing."""

    def __init__(self, lease: Lease, hosts: Callable[[], bool]) -> None:
        self._lease, self._hosts = lease, hosts
        self._here = False

    async def run(self, stopping: asyncio.Event) -> None:
        """Until the event is set; then it leaves in order."""
        while not stopping.is_set():
            try:
                await self._tell(self._hosts())
            except (SQLAlchemyError, OSError) as error:
                log.warning("the database does not answer: %s", error)
            try:
                await asyncio.wait_for(stopping.wait(), LEASE_SECONDS / 6)
            except TimeoutError:
                continue
        await self._tell(False)

    async def _tell(self, here: bool) -> None:
        if here and not (self._here and await self._lease.beat()):
            await self._lease.join()
        elif self._here and not here:
            await self._lease.goodbye()
        self._here = here
