"""A watch over the disk: what a workspace takes, measured from outside while a command runs."""

import asyncio
import os
import tempfile
from pathlib import Path

from forgecrew.core.sandbox import Profile
from forgecrew.integrations.podman.container import Container

_TICK_SECONDS = 0.25
_MEASURE_SECONDS = 5.0
_FREE_FLOOR_BYTES = 128 << 20


class DiskWatch:
    """Remembers what was used, so that a command that tidies an overfull workspace is let through."""

    def __init__(self, workspace: Path, profile: Profile) -> None:
        self._workspace = workspace
        self._max = (profile.disk_bytes, max(min(profile.inodes, profile.disk_bytes >> 14), 1024))
        self._used = (0, 0)

    async def watch(self, container: Container) -> None:
        """Kill with reason `disk` what passes the limit, or what leaves the machine without free space."""
        loop = asyncio.get_running_loop()
        next_at, free_then = loop.time() + _MEASURE_SECONDS, _free(self._workspace)
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            free = _free(self._workspace)
            grown = any(
                then - now > (limit - used) // 4
                for then, now, limit, used in zip(free_then, free, self._max, self._used, strict=True)
            )
            if grown or loop.time() > next_at:
                before = loop.time()
                too_much = await self._measure()
                # A big tree takes long to measure: never more than a tenth of the time.
                next_at, free_then = loop.time() + max(_MEASURE_SECONDS, 9 * (loop.time() - before)), free
                if too_much:
                    container.kill("disk")
                    return
            if free[0] < _FREE_FLOOR_BYTES:
                container.kill("disk")
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


def _free(folder: Path) -> tuple[int, int]:
    """Bytes and entries that the file system has left; a file system that does not count entries says 0."""
    info = os.statvfs(folder)
    return info.f_bavail * info.f_frsize, info.f_favail
