"""The process that holds the user namespace of staged sandboxes, as long as launchers may need it."""

import asyncio
from pathlib import Path

from forgecrew.integrations.bubblewrap.child import Child
from forgecrew.integrations.bubblewrap.places import STAGE
from forgecrew.integrations.bubblewrap.userns import hold


class StageHolder:
    """One for all launchers of a machine's user ids."""

    def __init__(self, uids: range) -> None:
        self._uids = uids
        self._child: Child | None = None
        self._holding = asyncio.Lock()

    async def held(self) -> Child:
        """The process; a dead one is replaced."""
        async with self._holding:
            if self._child is None or not self._child.alive():
                Path(STAGE).mkdir(exist_ok=True)
                self._child = await hold(self._uids)
            return self._child

    def drop(self) -> None:
        """End it."""
        if self._child is not None:
            self._child.abandon()
            self._child = None
