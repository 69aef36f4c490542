"""What a sandbox uses now: from the control groups of its commands, else from /proc."""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.integrations.bubblewrap.disk import used_bytes
from forgecrew.integrations.bubblewrap.tree import Tree, descendants

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


async def use_of(trees: Iterable[Tree], workspace: Path) -> SandboxUse:
    """All running commands together; the disk is measured."""
    counted = [_counted(tree) for tree in trees]
    return SandboxUse(
        processes=sum(count for count, _, _ in counted),
        memory_bytes=sum(memory for _, memory, _ in counted),
        cpu_seconds=sum(cpu for _, _, cpu in counted),
        disk_bytes=await used_bytes(workspace),
    )


def _counted(tree: Tree) -> tuple[int, int, float]:
    """Processes, bytes and seconds of one command."""
    group = tree.group
    pids = group.processes() if group else [tree.child.pid, *descendants(tree.child.pid)]
    memory, cpu = 0, 0.0
    for pid in pids:
        with contextlib.suppress(OSError):  # it has just ended
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            cpu += (int(words[11]) + int(words[12])) / _TICKS
            memory += int(words[21]) * _PAGE_BYTES
    if group is None:
        return len(pids), memory, cpu
    return len(pids), group.memory_bytes() or memory, group.cpu_seconds() or cpu
