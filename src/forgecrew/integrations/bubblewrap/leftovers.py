"""What dead controllers left behind: processes, control groups, trials, disks; found and cleared away."""

import contextlib
import os
import signal
import tempfile
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.removal import remove_folder
from forgecrew.core.sandbox_record import homes
from forgecrew.integrations.bubblewrap.group_label import SPARE, is_orphan, name_of
from forgecrew.integrations.bubblewrap.machine import Machine
from forgecrew.integrations.bubblewrap.maker import is_dead, maker, maker_on

TRIAL = ".probe-"
"""Begins the name of a trial's folder; the words for its maker follow."""


@contextlib.asynccontextmanager
async def trial(folder: Path, machine: Machine) -> AsyncGenerator[Path]:
    """A folder for a trial below that of the sandboxes, gone with its disk at the end of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix=f"{TRIAL}{maker()}.", dir=folder))
    try:
        yield home
    finally:
        await _removed(home, machine)


async def clear(folder: Path, scope: str, machine: Machine, keep: Sequence[str] | None = None) -> None:
    """Clear away what belongs to a folder of sandboxes and to no living process, and groups of none in `keep`."""
    kill_processes()
    if machine.hierarchy is not None:
        machine.hierarchy.sweep()
        for label, group in machine.hierarchy.groups(scope).items():
            if is_orphan(label) or (keep is not None and name_of(label) not in (*keep, SPARE)):
                await group.empty()
    for home in folder.glob(f"{TRIAL}*"):
        if is_dead(home.name.removeprefix(TRIAL)):
            await _removed(home, machine)
    if machine.disks is not None:
        kept = await machine.disks.kept(folder)
        # Only now: a home is there before its disk, so the home of every disk that was told is seen unless it is gone.
        here = {home / "workspace" for home in homes(folder)} | {home / "workspace" for home in folder.glob(f"{TRIAL}*")}
        for workspace in kept:
            if workspace not in here:
                with contextlib.suppress(SandboxUnavailable):  # somebody else has just done it
                    await machine.disks.close(workspace)


async def _removed(home: Path, machine: Machine) -> None:
    if machine.disks is not None:
        await machine.disks.close(home / "workspace")
    await remove_folder(home)


def kill_processes() -> list[int]:
    """Kill launchers and sandboxes whose maker is dead, known by the mark on their command line; gives their ids.

    The kernel ends a sandbox with its maker. It cannot where the maker dies while bubblewrap waits between two of its steps;
    nor does anybody read what such a process would say.
    """
    killed: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended, or is not ours
            maker = maker_on((entry / "cmdline").read_bytes())
            if maker and is_dead(maker):
                os.kill(int(entry.name), signal.SIGKILL)
                killed.append(int(entry.name))
    return killed
