"""A running sandbox as a process tree: killing all of it, and ending it so that nothing is left behind."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path

from forgecrew.core.command import Reason
from forgecrew.integrations.bubblewrap.cgroup import Group
from forgecrew.integrations.bubblewrap.child import Child

_GRACE_SECONDS = 0.1
_DRAIN_SECONDS = 3.0
_LINGER_SECONDS = 1.0


class Tree:
    """bwrap, its inner process 1 and everything beneath; the first reason to kill it is the one that counts."""

    def __init__(self, child: Child, group: Group | None) -> None:
        self.child = child
        self.reason: Reason | None = None
        self.group = group

    def kill(self, reason: Reason) -> None:
        """Kill the inner process 1, with which the kernel kills its whole process namespace; does not wait.

        bwrap itself then ends and reaps it. Killing bwrap first would leave a zombie to the machine's process 1. What has not
        ended a moment later had not become bwrap yet: what was killed was a helper of its launcher, perhaps dead already.
        """
        self.reason = self.reason or reason
        inner = children(self.child.pid) if self.child.returncode is None else []
        for pid in inner:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not inner:
            self._kill_outer()
            return
        with contextlib.suppress(RuntimeError):  # no loop runs any more: `end`, or who abandons the child, kills the rest
            asyncio.get_running_loop().call_later(_LINGER_SECONDS, self._kill_lingering)

    async def end(self) -> None:
        """Wait until nothing of it runs any more; kill what lingers. What the kernel still takes apart is not waited for."""
        drained = asyncio.ensure_future(_drain(self.child))
        if self.reason:
            await asyncio.wait({drained}, timeout=_GRACE_SECONDS)
        if not drained.done():
            if self.reason:
                self._kill_outer()
            await asyncio.wait({drained}, timeout=_DRAIN_SECONDS)
        if not drained.done():
            self._kill_outer()
            drained.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await drained
        if self.group is not None and not self.group.dying():  # it is removed beside what goes on: see Spares
            await self.group.empty()

    def _kill_lingering(self) -> None:
        if self.child.alive():
            self._kill_outer()

    def _kill_outer(self) -> None:
        self.child.kill()
        if self.group is not None:
            self.group.kill()


async def _drain(child: Child) -> None:
    while await child.read(1 << 20):
        pass
    await child.wait()


def descendants(pid: int) -> list[int]:
    """Everything beneath a process, whatever user or process namespace it is in."""
    found = children(pid)
    for child in found:  # grows while it is walked
        found += children(child)
    return found


def children(pid: int) -> list[int]:
    """The processes that a process has started and that are still there."""
    with contextlib.suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
