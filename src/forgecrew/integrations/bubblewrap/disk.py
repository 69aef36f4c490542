"""A watch over the disk: what a workspace takes while a command runs, and what it leaves the machine."""

import asyncio
import contextlib
import errno
import os
import shutil
from collections.abc import Generator
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import Profile
from forgecrew.core.signals import TellModel
from forgecrew.integrations.bubblewrap.child import spawn
from forgecrew.integrations.bubblewrap.tree import Tree

_TICK_SECONDS = 0.25
_MEASURE_SECONDS = 5.0
_FREE_FLOOR_BYTES = 128 << 20
_BYTES_PER_ENTRY = 16 << 10  # one file or folder per so many bytes of the limit
_FULL_BYTES = 64 << 10


def entries_max(profile: Profile) -> int:
    """How many files and folders a workspace may hold."""
    return min(profile.inodes, max(profile.disk_bytes // _BYTES_PER_ENTRY, 1024))


@contextlib.contextmanager
def told_when_full(path: str, *, quota: bool) -> Generator[None]:
    """Say that there is no room: to the model for a workspace with a quota, else to the operator, whose disk it is."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        if quota:
            raise TellModel(f"{path}: the workspace is full; remove files that are not needed") from error
        raise SandboxUnavailable(f"the machine has no room on the disk of its sandboxes: {error}; make some") from error


class DiskWatch:
    """Remembers what was used, so that a command that tidies an overfull workspace is let through.

    With a quota the kernel stops who fills the workspace; then it only says so, and watches the machine's own disk.
    """

    def __init__(self, workspace: Path, profile: Profile, *, quota: bool = False) -> None:
        self._workspace, self._quota = workspace, quota
        self._bytes_max = profile.disk_bytes
        self._entries_max = entries_max(profile)
        self._used = (0, 0)

    async def watch(self, tree: Tree) -> None:
        """Kill with reason `disk` what passes the limit, or what leaves the machine without free space."""
        if self._quota:
            await self._watch_quota(tree)
            return
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

    async def _watch_quota(self, tree: Tree) -> None:
        full = _full(self._workspace)
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            before, full = full, _full(self._workspace)
            if (full and not before) or _free(self._workspace.parent)[0] < _FREE_FLOOR_BYTES:
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


def _full(folder: Path) -> bool:
    """Whether nothing more fits on the file system of a folder."""
    size, entries = _free(folder)
    return size < _FULL_BYTES or entries == 0


def _free(folder: Path) -> tuple[int, int]:
    """Bytes and entries that the file system has left; a file system that does not count entries says 0."""
    info = os.statvfs(folder)
    return info.f_bavail * info.f_frsize, info.f_favail
