"""Keeps spare launchers and sandboxes that wait, and clears away after commands beside what goes on."""

import asyncio
import atexit
import contextlib
import os
from collections.abc import AsyncGenerator

from forgecrew.integrations.bubblewrap.launch import Plan
from forgecrew.integrations.bubblewrap.leaving import Leaving
from forgecrew.integrations.bubblewrap.machine import Machine
from forgecrew.integrations.bubblewrap.spare import Spare
from forgecrew.integrations.bubblewrap.stage_holder import StageHolder
from forgecrew.integrations.bubblewrap.tree import Tree

_IDLE_SECONDS = 60.0
_INSIDE_MAX = 4
_LATE_SECONDS = 0.2
_all: "set[Spares]" = set()  # held until this process ends: who is forgotten before leaves groups behind
_owner = os.getpid()


class Spares:
    """Keeps ready: one launcher for whoever comes, and for each of the last sandboxes one that waits inside it already.

    The latter belongs to its sandbox alone. None of them stays after a minute without a command. They are renewed after a
    command, not beside it: a process that joins a control group makes the forks of all others wait.
    """

    def __init__(self, machine: Machine, scope: str, *, keep: bool = True) -> None:
        self._machine, self._scope, self._keep = machine, scope, keep
        self._ready: tuple[bool, Spare] | None = None
        self._inside: dict[str, Spare] = {}
        self._filling: dict[str, asyncio.Task[object]] = {}
        self._holder = StageHolder(machine.uids)
        self._leaving = Leaving()
        self._idle: asyncio.TimerHandle | None = None
        _all.add(self)

    @contextlib.asynccontextmanager
    async def taken(self, plan: Plan) -> AsyncGenerator[Spare]:
        """A sandbox that waits for its command."""
        spare = await self._found(plan) or await self._started(plan)
        late = asyncio.get_running_loop().call_later(_LATE_SECONDS, self._refill, plan)
        try:
            yield spare
        finally:
            late.cancel()
            self._leaving.discard(spare)
            self._refill(plan)

    def drop(self) -> None:
        """End what waits."""
        if self._idle is not None:
            self._idle.cancel()
        for task in self._filling.values():
            task.cancel()
        waiting = [*self._inside.values(), *([self._ready[1]] if self._ready is not None else [])]
        self._ready = None
        self._inside.clear()
        for spare in waiting:
            self._leaving.discard(spare)
        self._holder.drop()

    async def forget(self, name: str) -> None:
        """End what waits in a sandbox."""
        if (task := self._filling.get(name)) is not None:
            task.cancel()
            await asyncio.wait([task])
        if (spare := self._inside.pop(name, None)) is not None:
            await self._ended(spare)

    def leave(self) -> None:
        """End what waits and clear away at once, where no loop runs any more; gives up after two seconds."""
        self._filling.clear()  # their loop is closed: nothing of it can be cancelled any more
        self.drop()
        self._leaving.at_once()

    async def settle(self) -> None:
        """Wait until the groups of ended commands are gone."""
        await self._leaving.settle()

    async def _found(self, plan: Plan) -> Spare | None:
        """The one that waits in this sandbox, or is just about to."""
        if self._ready is None and (task := self._filling.get(plan.spec.id)) is not None:
            await asyncio.wait([task])
        spare = self._inside.pop(plan.spec.id, None)
        if spare is not None and (spare.key != plan or not spare.child.alive()):
            await self._ended(spare)
            return None
        return spare

    async def _started(self, plan: Plan, *, fresh: bool = False) -> Spare:
        """A launcher in a group with the limits of the spec, that has become the sandbox; `fresh`: not the one that waits."""
        spare = (None if fresh else self._waiting(plan.staged)) or await self._make(plan.staged)
        try:
            await spare.joined()
            hierarchy = self._machine.hierarchy
            if hierarchy is not None:
                spare.group = hierarchy.claim(spare.group, self._scope, plan.spec.id, plan.spec.profile)
            spare.start(plan.options(), plan.start_script(spare.join_files, spare.group.enter if spare.group else ()))
            spare.key = plan
        except BaseException:  # whatever went wrong, it must not stay
            self._leaving.discard(spare)
            raise
        return spare

    def _waiting(self, staged: bool) -> Spare | None:
        if self._ready is None:
            return None
        kind, spare = self._ready
        self._ready = None
        if kind == staged and spare.child.alive():
            return spare
        self._leaving.discard(spare)
        return None

    def _refill(self, plan: Plan) -> None:
        name = plan.spec.id
        if self._keep and name not in self._filling:
            task = self._leaving.beside(self._filled(plan))
            if task is not None:
                self._filling[name] = task
                task.add_done_callback(lambda _: self._filling.pop(name, None))

    async def _filled(self, plan: Plan) -> None:
        if plan.spec.id not in self._inside:
            self._inside[plan.spec.id] = await self._started(plan, fresh=True)
        for name in list(self._inside)[:-_INSIDE_MAX]:
            await self._ended(self._inside.pop(name))
        if self._ready is None:
            spare = await self._make(plan.staged)
            if self._ready is None:
                self._ready = (plan.staged, spare)
            else:
                self._leaving.discard(spare)
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self.drop)

    async def _ended(self, spare: Spare) -> None:
        """End one that waits inside: from within, so that no process is left for the machine's process 1 to bury."""
        tree = Tree(spare.child, spare.group)
        tree.kill("killed")
        try:
            await tree.end()
        finally:  # also when cancelled: nobody else knows it any more
            self._leaving.discard(spare)

    async def _make(self, staged: bool) -> Spare:
        holder = await self._holder.held() if staged else None
        group = self._machine.hierarchy.spare(self._scope) if self._machine.hierarchy else None
        try:
            return Spare(group, holder, filtered=self._machine.seccomp)
        except BaseException:  # whatever went wrong, the group must not stay
            if group is not None:
                group.remove()
            raise


@atexit.register
def _leave_all() -> None:
    """A launcher that waits would end by itself, but its group would stay."""
    for spares in list(_all) if os.getpid() == _owner else ():
        spares.leave()
