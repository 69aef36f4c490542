"""Keeps a spare launcher, and clears away after commands beside what goes on."""

import asyncio
import atexit
import contextlib
import os
import time
import weakref
from collections.abc import AsyncGenerator, Coroutine
from pathlib import Path
from typing import Any

from forgecrew.core.sandbox import SandboxSpec
from forgecrew.integrations.bubblewrap.cgroup import Group
from forgecrew.integrations.bubblewrap.child import Child
from forgecrew.integrations.bubblewrap.machine import Machine
from forgecrew.integrations.bubblewrap.places import STAGE
from forgecrew.integrations.bubblewrap.spare import Spare
from forgecrew.integrations.bubblewrap.userns import hold

_IDLE_SECONDS = 60.0
_all: "weakref.WeakSet[Spares]" = weakref.WeakSet()
_owner = os.getpid()


class Spares:
    """Keeps at most one launcher ready, of the kind that was asked for last; none after a minute without a command."""

    def __init__(self, machine: Machine, scope: str, *, keep: bool = True) -> None:
        self._machine, self._scope, self._keep = machine, scope, keep
        self._ready: tuple[bool, Spare] | None = None
        self._holder: Child | None = None
        self._holding = asyncio.Lock()
        self._work: set[asyncio.Task[object]] = set()
        self._idle: asyncio.TimerHandle | None = None
        self._leaving: list[Group] = []
        _all.add(self)

    @contextlib.asynccontextmanager
    async def taken(self, spec: SandboxSpec, *, staged: bool, channel: int | None = None) -> AsyncGenerator[Spare]:
        """A launcher whose group has the spec's limits. `channel` is its standard input, then it is made for the occasion."""
        spare = self._waiting(staged) if channel is None else None
        spare = spare or await self._make(staged, channel)
        try:
            await spare.joined()
            hierarchy = self._machine.hierarchy
            if hierarchy is not None:
                spare.group = hierarchy.claim(spare.group, self._scope, spec.id, spec.profile)
            yield spare
        finally:
            self._discard(spare)

    def refill(self, *, staged: bool) -> None:
        """Have the next one ready soon."""
        if self._keep and self._ready is None:
            self._beside(self._refill(staged))

    def drop(self) -> None:
        """End what waits."""
        if self._idle is not None:
            self._idle.cancel()
        if self._ready is not None:
            self._discard(self._ready[1])
            self._ready = None
        if self._holder is not None:
            self._holder.abandon()
            self._holder = None

    def leave(self) -> None:
        """End what waits and clear away at once, where no loop runs any more; gives up after a quarter of a second."""
        self.drop()
        for _ in range(25):
            self._leaving = [group for group in self._leaving if not group.remove()]
            if not self._leaving:
                break
            time.sleep(0.01)

    async def settle(self) -> None:
        """Wait until the groups of ended commands are gone."""
        await asyncio.gather(*self._work, return_exceptions=True)

    def _waiting(self, staged: bool) -> Spare | None:
        if self._ready is None:
            return None
        kind, spare = self._ready
        self._ready = None
        if kind == staged and spare.child.alive():
            return spare
        self._discard(spare)
        return None

    async def _refill(self, staged: bool) -> None:
        spare = await self._make(staged, None)
        if self._ready is not None:
            self._discard(spare)
            return
        self._ready = (staged, spare)
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self.drop)

    async def _make(self, staged: bool, channel: int | None) -> Spare:
        holder = await self._hold() if staged else None
        group = self._machine.hierarchy.spare(self._scope) if self._machine.hierarchy else None
        try:
            return Spare(group, holder, filtered=self._machine.seccomp, channel=channel)
        except BaseException:  # whatever went wrong, the group must not stay
            if group is not None:
                group.remove()
            raise

    async def _hold(self) -> Child:
        async with self._holding:
            if self._holder is None or not self._holder.alive():
                Path(STAGE).mkdir(exist_ok=True)
                self._holder = await hold(self._machine.uids)
            return self._holder

    def _discard(self, spare: Spare) -> None:
        spare.end()
        if spare.group is not None and not spare.group.remove():
            self._leaving.append(spare.group)
            self._beside(self._emptied(spare.group))

    async def _emptied(self, group: Group) -> None:
        await group.empty()
        self._leaving.remove(group)

    def _beside(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            task = asyncio.get_running_loop().create_task(work)
        except RuntimeError:  # this process ends; the next one sweeps what is left
            work.close()
            return
        self._work.add(task)
        task.add_done_callback(self._work.discard)


@atexit.register
def _leave_all() -> None:
    """A launcher that waits would end by itself, but its group would stay."""
    for spares in list(_all) if os.getpid() == _owner else ():
        spares.leave()
