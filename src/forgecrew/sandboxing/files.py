"""Files of a workspace, read and written from outside."""

import asyncio
import contextlib
import errno
from collections.abc import Generator

from forgecrew.core import workspace_files
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.signals import TellModel
from forgecrew.sandboxing.ground import Ground


async def read(ground: Ground, path: str, bytes_max: int) -> bytes:
    """The whole content. Raises TellModel when it is absent, too large or something else."""
    ground.check()
    return await asyncio.to_thread(workspace_files.read, ground.workspace, path, bytes_max)


async def write(ground: Ground, path: str, content: bytes) -> None:
    """Replace or make a file; it appears whole or not at all. Raises TellModel when refused."""
    ground.check()
    with _told_when_full(path, quota=ground.quota):
        await asyncio.to_thread(workspace_files.write, ground.workspace, path, content, ground.uid)


@contextlib.contextmanager
def _told_when_full(path: str, *, quota: bool) -> Generator[None]:
    """Say that there is no room: to the model for a workspace with a quota, else to the operator, whose disk it is."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        if quota:
            raise TellModel(f"{path}: the workspace is full; remove files that are not needed") from error
        raise SandboxUnavailable(f"the machine has no room on the disk of its sandboxes: {error}; make some") from error
