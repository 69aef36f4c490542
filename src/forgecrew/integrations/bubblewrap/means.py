"""Looking for the strongest means that this machine has, and weaker ones to fall back to."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.bubblewrap import seccomp
from forgecrew.integrations.bubblewrap.disks import disks_for
from forgecrew.integrations.bubblewrap.group_search import detect
from forgecrew.integrations.bubblewrap.machine import SHARED, Machine

# Above the ids of people and below those that containers are given, first where all ids exist, then where 65536 do.
_UIDS = (range(200_000, 524_288), range(30_000, 60_000))
PLACES = "/usr/local/bin:/usr/bin:/bin:/run/current-system/sw/bin"


def look(folder: Path, *, cgroups: bool = True, own_uid: bool = True, disks: bool = True) -> Machine:
    """The strongest means to try below a folder. Raises SandboxUnavailable when bubblewrap is not installed."""
    bwrap = shutil.which("bwrap", path=PLACES)
    if bwrap is None:
        raise SandboxUnavailable("bubblewrap is not installed; install it with: apt install bubblewrap")
    uids = _user_ids() if os.geteuid() == 0 else range(0)
    return Machine(
        bwrap=bwrap,
        hierarchy=detect() if cgroups else None,
        uids=uids if own_uid else uids[:SHARED],
        seccomp=seccomp.supported(),
        disks=disks_for(folder) if disks else None,
    )


def weaker(machine: Machine) -> list[Machine]:
    """The machine and then weaker ones, to be tried in turn: without disks, own user ids, groups, without all of them."""
    plain = replace(machine, disks=None)
    found: list[Machine] = []
    for candidate in (
        machine, plain, replace(plain, hierarchy=None), replace(plain, uids=range(0)),
        replace(plain, hierarchy=None, uids=range(0)),
    ):  # fmt: skip
        if candidate not in found:
            found.append(candidate)
    return found


def _user_ids() -> range:
    rows = [line.split() for line in Path("/proc/self/uid_map").read_text().splitlines()]
    known = [range(int(first), int(first) + int(count)) for first, _, count in rows]
    for wanted in _UIDS:
        if any(wanted[0] in part and wanted[-1] in part for part in known):
            return wanted
    return range(0)
