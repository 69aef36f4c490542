"""Clearing away after launchers that have ended, beside what goes on."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

from forgecrew.integrations.bubblewrap.cgroup import Group
from forgecrew.integrations.bubblewrap.spare import Spare


class Leaving:
    """Groups that are to go, and the work that sees to it."""

    def __init__(self) -> None:
        self._work: set[asyncio.Task[object]] = set()
        self._groups: list[Group] = []

    def discard(self, spare: Spare) -> None:
        """End a launcher; its group goes as soon as it is empty."""
        spare.end()
        if spare.group is not None:
            self._groups.append(spare.group)
            self.beside(self._emptied(spare.group))

    def beside(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[object] | None:
        """Do something without waiting for it; None where this process ends."""
        try:
            task = asyncio.get_running_loop().create_task(work)
        except RuntimeError:  # this process ends; the next one sweeps what is left
            work.close()
            return None
        self._work.add(task)
        task.add_done_callback(self._done)
        return task

    def at_once(self) -> None:
        """Clear away where no loop runs any more; gives up after two seconds, which only a very busy machine needs."""
        for _ in range(200):
            self._groups = [group for group in self._groups if not group.remove()]
            if not self._groups:
                break
            time.sleep(0.01)

    async def settle(self) -> None:
        """Wait until the groups of ended commands are gone."""
        if self._work:
            await asyncio.wait(self._work)  # who waits no longer does not stop it

    async def _emptied(self, group: Group) -> None:
        # In a thread: the kernel lets a removal wait until others have joined their groups.
        if not await asyncio.to_thread(group.remove):
            await group.empty()
        self._groups.remove(group)

    def _done(self, task: asyncio.Task[object]) -> None:
        self._work.discard(task)
        if not task.cancelled():
            task.exception()  # what cannot be made ready now is told when it is needed
