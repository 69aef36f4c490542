"""What this machine lets us use for a sandbox: programs, control groups, user ids, a syscall filter."""

import os
import zlib
from dataclasses import dataclass, replace

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.bubblewrap.cgroup import Hierarchy
from forgecrew.integrations.bubblewrap.disks import Disks

SHARED = 1


@dataclass(frozen=True, slots=True)
class Machine:
    """The means. `uids` is empty without root; of length one when all sandboxes share a user id.

    `disks` gives workspaces a file system of their own, where a keeper of disks runs.
    """

    bwrap: str
    hierarchy: Hierarchy | None
    uids: range
    seccomp: bool
    disks: Disks | None = None

    @property
    def own_uid(self) -> bool:
        """Whether every sandbox has a user id of its own."""
        return len(self.uids) > SHARED

    @property
    def as_root(self) -> bool:
        """Whether sandboxes run with root's user id (in a namespace without rights), for want of another."""
        return not self.uids and os.geteuid() == 0

    def plain(self) -> "Machine":
        """The same without disks."""
        return replace(self, disks=None)

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
