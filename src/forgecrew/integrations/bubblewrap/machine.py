"""What this machine lets us use for a sandbox: programs, control groups, user ids, a syscall filter."""

import os
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.bubblewrap import seccomp
from forgecrew.integrations.bubblewrap.cgroup import Hierarchy
from forgecrew.integrations.bubblewrap.group_search import detect

# Above the ids of people and below those that containers are given, first where all ids exist, then where 65536 do.
_UIDS = (range(200_000, 524_288), range(30_000, 60_000))
_SHARED = 1
PLACES = "/usr/local/bin:/usr/bin:/bin:/run/current-system/sw/bin"


@dataclass(frozen=True, slots=True)
class Machine:
    """The means. `uids` is empty without root; of length one when all sandboxes share a user id."""

    bwrap: str
    hierarchy: Hierarchy | None
    uids: range
    seccomp: bool

    @property
    def own_uid(self) -> bool:
        """Whether every sandbox has a user id of its own."""
        return len(self.uids) > _SHARED

    @property
    def as_root(self) -> bool:
        """Whether sandboxes run with root's user id (in a namespace without rights), for want of another."""
        return not self.uids and os.geteuid() == 0

    def uid(self, key: str, taken: set[int]) -> int | None:
        """The id for a sandbox: the same key gives the same id, unless another sandbox has it. None without root."""
        if not self.uids:
            return None
        start = zlib.crc32(key.encode()) % len(self.uids)
        if not self.own_uid:
            return self.uids[0]
        for step in range(len(self.uids)):
            found = self.uids[(start + step) % len(self.uids)]
            if found not in taken:
                return found
        raise SandboxUnavailable("every user id for sandboxes is taken: remove sandboxes that are not needed")


def look(*, cgroups: bool = True, own_uid: bool = True) -> Machine:
    """The strongest means to try. Raises SandboxUnavailable when bubblewrap is not installed."""
    bwrap = shutil.which("bwrap", path=PLACES)
    if bwrap is None:
        raise SandboxUnavailable("bubblewrap is not installed; install it with: apt install bubblewrap")
    uids = _user_ids() if os.geteuid() == 0 else range(0)
    return Machine(
        bwrap=bwrap,
        hierarchy=detect() if cgroups else None,
        uids=uids if own_uid else uids[:_SHARED],
        seccomp=seccomp.supported(),
    )


def weaker(machine: Machine) -> list[Machine]:
    """The machine and then weaker ones, to be tried in turn: without own user ids, without groups, without both."""
    bare = Machine(machine.bwrap, None, machine.uids, machine.seccomp)
    same = Machine(machine.bwrap, machine.hierarchy, range(0), machine.seccomp)
    neither = Machine(machine.bwrap, None, range(0), machine.seccomp)
    found: list[Machine] = []
    for candidate in (machine, bare, same, neither):
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
