"""A watch over the disk: what a workspace takes, measured from outside while a command runs."""

import asyncio
import os
import shutil
from pathlib import Path

from forgecrew.core.sandbox import Profile
from forgecrew.integrations.bubblewrap.child import spawn
from forgecrew.integrations.bubblewrap.tree import Tree

_TICK_SECONDS = 0.25
_MEASURE_SECONDS = 5.0
_FREE_FLOOR_BYTES = 128 << 20
_BYTES_PER_ENTRY = 16 << 10  # one file or folder per so many bytes of the limit


class DiskWatch:
    """Remembers what was used, so that a command that tidies an overfull workspace is let through."""

    def __init__(self, workspace: Path, profile: Profile) -> None:
        self._workspace = workspace
        self._bytes_max = profile.disk_bytes
        self._entries_max = max(profile.disk_bytes // _BYTES_PER_ENTRY, 1024)
        self._used = (0, 0)

    async def watch(self, tree: Tree) -> None:
        """Kill with reason `disk` what passes the limit, or what leaves the machine without free space."""
        loop = asyncio.get_running_loop()
        measured_at, free_then = 0.0, (0, 0)
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            free = _free(self._workspace)
            grown = (
                free_then[0] - free[0] > (self._bytes_max - self._used[0]) // 4
                or free_then[1] - free[1] > (self._entries_max - self._used[1]) // 4
            )
            if grown or loop.time() - measured_at > _MEASURE_SECONDS:
                before = loop.time()
                too_much = await self._measure()
                # A big tree takes long to measure: never more than a tenth of the time.
                measured_at, free_then = loop.time() + 9 * (loop.time() - before), free
                if too_much:
                    tree.kill("disk")
                    return
            if free[0] < _FREE_FLOOR_BYTES:
                tree.kill("disk")
                return

    async def _measure(self) -> bool:
        known = self._used
        used = await used_bytes(self._workspace), await _du(self._workspace, "--inodes")
        self._used = used
        return used[0] > max(self._bytes_max, known[0]) or used[1] > max(self._entries_max, known[1])


async def used_bytes(folder: Path) -> int:
    """Bytes that a folder takes on the disk."""
    return await _du(folder, "--block-size=1")


async def _du(folder: Path, option: str) -> int:
    child = spawn([shutil.which("du") or "/usr/bin/du", "-sx", option, "--", str(folder)], {})
    try:
        output = b""
        while block := await child.read():
            output += block
    finally:
        child.abandon()
    words = output.splitlines()[-1:]  # what it could not look into is told before
    return int(words[0].split()[0]) if words and words[0][:1].isdigit() else 0


def _free(folder: Path) -> tuple[int, int]:
    """Bytes and entries that the file system has left; a file system that does not count entries says 0."""
    info = os.statvfs(folder)
    return info.f_bavail * info.f_frsize, info.f_favail
