"""A watch over the disk: what a workspace takes while a command runs, and what it leaves the machine."""

import asyncio
import os
import tempfile
from pathlib import Path

from forgecrew.core.sandbox import Profile
from forgecrew.sandboxing.begun import Begun

_TICK_SECONDS = 0.25
_MEASURE_SECONDS = 5.0
_FREE_FLOOR_BYTES = 128 << 20
_BYTES_PER_ENTRY = 16 << 10  # one file or folder per so many bytes of the limit
_FULL_BYTES = 64 << 10


def entries_max(profile: Profile) -> int:
    """How many files and folders a workspace may hold."""
    return min(profile.inodes, max(profile.disk_bytes // _BYTES_PER_ENTRY, 1024))


class DiskWatch:
    """Remembers what was used, so that a command that tidies an overfull workspace is let through.

    With a quota the kernel stops who fills the workspace; then it only says so, and watches the machine's own disk.
    """

    def __init__(self, workspace: Path, profile: Profile, *, quota: bool = False) -> None:
        self._workspace, self._quota = workspace, quota
        self._max = profile.disk_bytes, entries_max(profile)
        self._used = (0, 0)

    async def watch(self, begun: Begun) -> None:
        """Kill with reason `disk` what passes the limit, or what leaves the machine without free space."""
        await (self._watch_quota if self._quota else self._watch_use)()
        begun.kill("disk")

    async def _watch_use(self) -> None:
        loop = asyncio.get_running_loop()
        measured_at, free_then = 0.0, (0, 0)
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            free = _free(self._workspace)
            grown = any(
                then - now > (limit - used) // 4
                for then, now, limit, used in zip(free_then, free, self._max, self._used, strict=True)
            )
            if grown or loop.time() - measured_at > _MEASURE_SECONDS:
                before = loop.time()
                too_much = await self._measure()
                # A big tree takes long to measure: never more than a tenth of the time.
                measured_at, free_then = loop.time() + 9 * (loop.time() - before), free
                if too_much:
                    return
            if free[0] < _FREE_FLOOR_BYTES:
                return

    async def _watch_quota(self) -> None:
        full = _full(self._workspace)
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            before, full = full, _full(self._workspace)
            if (full and not before) or _free(self._workspace.parent)[0] < _FREE_FLOOR_BYTES:
                return

    async def _measure(self) -> bool:
        known, self._used = self._used, (await used_bytes(self._workspace), await _du(self._workspace, "--inodes"))
        return any(now > max(limit, before) for now, limit, before in zip(self._used, self._max, known, strict=True))


async def used_bytes(folder: Path) -> int:
    """Bytes that a folder takes on the disk."""
    return await _du(folder, "--block-size=1")


async def _du(folder: Path, option: str) -> int:
    with tempfile.TemporaryFile() as said:
        quiet = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            "du", "-sx", option, "--", str(folder), stdin=quiet, stdout=said, stderr=quiet, start_new_session=True
        )
        try:
            await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await asyncio.shield(process.wait())
        said.seek(0)
        words = said.read(200).split()
    return int(words[0]) if words and words[0].isdigit() else 0


def _full(folder: Path) -> bool:
    """Whether nothing more fits on the file system of a folder."""
    size, entries = _free(folder)
    return size < _FULL_BYTES or entries == 0


def _free(folder: Path) -> tuple[int, int]:
    """Bytes and entries that the file system has left; a file system that does not count entries says 0."""
    info = os.statvfs(folder)
    return info.f_bavail * info.f_frsize, info.f_favail
