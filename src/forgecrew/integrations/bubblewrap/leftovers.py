"""What dead controllers left behind: processes, control groups, trials, disks; found and cleared away."""

import contextlib
import os
import signal
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.removal import remove_folder
from forgecrew.core.sandbox_record import homes
from forgecrew.integrations.bubblewrap.group_label import is_orphan
from forgecrew.integrations.bubblewrap.machine import Machine
from forgecrew.integrations.bubblewrap.maker import is_dead, maker_on

TRIAL = ".probe-"
"""Begins the name of a trial's folder; the words for its maker follow."""


async def clear(folder: Path, scope: str, machine: Machine) -> None:
    """Clear away what belongs to a folder of sandboxes and to no living process."""
    kill_processes()
    if machine.hierarchy is not None:
        machine.hierarchy.sweep()
        for group in [group for label, group in machine.hierarchy.groups(scope).items() if is_orphan(label)]:
            await group.empty()
    for trial in folder.glob(f"{TRIAL}*"):
        if is_dead(trial.name.removeprefix(TRIAL)):
            if machine.disks is not None:
                await machine.disks.close(trial / "workspace")
            await remove_folder(trial)
    if machine.disks is not None:
        here = {home / "workspace" for home in homes(folder)} | {trial / "workspace" for trial in folder.glob(f"{TRIAL}*")}
        for workspace in await machine.disks.kept(folder):
            if workspace not in here:
                with contextlib.suppress(SandboxUnavailable):  # somebody else has just done it
                    await machine.disks.close(workspace)


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
