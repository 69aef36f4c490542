"""One command that a launcher has become, as the sandbox over it sees it."""

import contextlib
import json
import os
import socket
from collections.abc import Sequence
from pathlib import Path

from forgecrew.core.command import Reason
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.integrations.bubblewrap.spare import Spare
from forgecrew.integrations.bubblewrap.tree import Tree, descendants
from forgecrew.sandboxing.usage import Usage

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Launched:
    """See sandboxing/begun.py."""

    def __init__(self, spare: Spare) -> None:
        self._spare, self._tree = spare, Tree(spare.child, spare.group)
        self._group = spare.group
        self._usage = Usage()
        self.read, self.write, self.feed = spare.child.read, spare.child.write, spare.child.feed
        self.alive, self.kill, self.end = spare.child.alive, self._tree.kill, self._tree.end

    @property
    def reason(self) -> Reason | None:
        """Why it was killed."""
        return self._tree.reason

    async def over(self) -> None:
        """Wait until bwrap has ended."""
        await self._spare.child.wait()

    def exit_code(self, said: bytes) -> int | None:
        """bwrap reports one only for a command that it really started. Raises SandboxUnavailable where it did not."""
        exit_code = _reported_exit(self._spare.status)
        if exit_code is None and not self._usage.oom_kills and (self._spare.child.returncode or 0) >= 0:
            text = said.decode("utf-8", "replace").strip()[-400:]
            raise SandboxUnavailable(f"the sandbox did not start: {text or 'no message'}; `forgecrew doctor` tells more")
        return exit_code

    def usage(self) -> Usage:
        """What the group counted; zeros without one."""
        if (group := self._group) is not None:
            self._usage = Usage(group.oom_kills(), group.forks_refused(), group.cpu_seconds(), group.peak_memory_bytes())
        return self._usage

    def forget_peak(self) -> None:
        """Begin the peak of memory anew."""
        if self._group is not None:
            self._group.forget_peak()

    def processes(self) -> Sequence[int]:
        """Everybody in the group, or beneath bwrap."""
        pid = self._spare.child.pid
        return self._group.processes() if self._group else [pid, *descendants(pid)]

    def present(self) -> SandboxUse:
        """From the group, else from /proc."""
        pids, memory, cpu = self.processes(), 0, 0.0
        for pid in pids:
            with contextlib.suppress(OSError):  # it has just ended
                words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                cpu += (int(words[11]) + int(words[12])) / _TICKS
                memory += int(words[21]) * _PAGE_BYTES
        if self._group is not None:
            memory, cpu = self._group.memory_bytes() or memory, self._group.cpu_seconds() or cpu
        return SandboxUse(processes=len(pids), memory_bytes=memory, cpu_seconds=cpu)

    async def channel(self) -> socket.socket:
        """It was there before the gate."""
        return socket.socket(fileno=os.dup(self._spare.channel))


def _reported_exit(status_fd: int) -> int | None:
    os.set_blocking(status_fd, False)
    with contextlib.suppress(BlockingIOError):
        for line in os.read(status_fd, 1 << 16).splitlines():
            report = json.loads(line)
            if "exit-code" in report:
                return int(report["exit-code"])
    return None
