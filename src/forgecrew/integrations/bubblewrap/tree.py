"""A running sandbox as a process tree: killing all of it, and ending it so that nothing is left behind."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path

from forgecrew.core.command import Reason
from forgecrew.integrations.bubblewrap.cgroup import Group

_GRACE_SECONDS = 0.1
_DRAIN_SECONDS = 3.0


class Tree:
    """bwrap, its inner process 1 and everything beneath; the first reason to kill it is the one that counts."""

    def __init__(self, process: asyncio.subprocess.Process, group: Group | None) -> None:
        self.process = process
        self.reason: Reason | None = None
        self._group = group

    def kill(self, reason: Reason) -> None:
        """Kill the inner process 1, with which the kernel kills its whole process namespace; does not wait.

        bwrap itself then ends and reaps it. Killing bwrap first would leave a zombie to the machine's process 1.
        """
        self.reason = self.reason or reason
        inner = _children(self.process.pid) if self.process.returncode is None else []
        for pid in inner:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not inner:
            self._kill_outer()

    async def end(self) -> None:
        """Wait until all is gone: read the pipe to its end (else 3.11 never sees the exit), kill what lingers, free groups."""
        drained = asyncio.ensure_future(_drain(self.process))
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
            self.process._transport.close()  # type: ignore[attr-defined]  # the only way to let go of a stuck pipe
        if self._group is not None:
            await empty(self._group)

    def _kill_outer(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        if self._group is not None:
            self._group.kill()


async def empty(group: Group) -> bool:
    """Kill who is in the group until it can be removed; false when that took longer than two seconds."""
    pause_seconds = 0.001
    for _ in range(14):
        if group.remove():
            return True
        group.kill()
        await asyncio.sleep(pause_seconds)
        pause_seconds = min(pause_seconds * 2, 0.25)
    return group.remove()


async def _drain(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    while await process.stdout.read(1 << 20):
        pass
    await process.wait()


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
