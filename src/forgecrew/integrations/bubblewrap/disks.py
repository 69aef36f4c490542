"""Disks for workspaces, asked of the keeper under which this process runs, if there is one."""

import asyncio
import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import Profile
from forgecrew.integrations.bubblewrap.keeper import VARIABLE
from forgecrew.sandboxing.disk import entries_max

_ANY = "any/workspace"
_ANSWER_BYTES_MAX = 1 << 20


@dataclass(frozen=True, slots=True)
class Disks:
    """The keeper's socket, and the folder beneath which it mounts."""

    fd: int
    folder: Path

    async def open(self, workspace: Path, profile: Profile) -> None:
        """Mount the workspace's disk, made when there is none. Raises SandboxUnavailable when that fails."""
        await self._ask("open", workspace, bytes=profile.disk_bytes, inodes=entries_max(profile))

    async def close(self, workspace: Path) -> None:
        """Unmount and remove it; twice is fine. Raises SandboxUnavailable when that fails."""
        await self._ask("close", workspace)

    async def kept(self, folder: Path) -> list[Path]:
        """The workspaces below a folder that have a disk."""
        workspaces = [self.folder / str(path) for path in (await self._ask("list", self.folder / _ANY))["paths"]]
        return [workspace for workspace in workspaces if workspace.is_relative_to(folder)]

    async def _ask(self, what: str, workspace: Path, **words: int) -> dict[str, Any]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        with ours:
            request = {"do": what, "path": str(workspace.relative_to(self.folder)), **words}
            with theirs, socket.socket(fileno=os.dup(self.fd)) as channel:
                try:
                    socket.send_fds(channel, [json.dumps(request).encode()], [theirs.fileno()])
                except OSError as error:
                    raise SandboxUnavailable(f"the keeper of disks has ended ({error}); start forgecrew again") from error
            told = await asyncio.get_running_loop().sock_recv(ours, _ANSWER_BYTES_MAX)
        answer: dict[str, Any] = json.loads(told) if told else {"problem": "its keeper has ended; start forgecrew again"}
        if answer["problem"]:
            raise SandboxUnavailable(f"no {what} of the disk of {workspace.parent.name}: {answer['problem']}")
        return answer


def disks_for(folder: Path) -> Disks | None:
    """Where this process may have disks mounted beneath a folder; None where it may not."""
    number, _, root = os.environ.get(VARIABLE, "").partition(":")
    if not number.isdigit() or not folder.resolve().is_relative_to(root):
        return None
    try:
        os.set_inheritable(int(number), False)
    except OSError:  # handed on to a process that was not given the socket
        return None
    return Disks(int(number), Path(root))
