"""Room on the disk of workspaces."""

import os
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable


def too_full(folder: Path, bytes_min: int) -> SandboxUnavailable | None:
    """The error for a new workspace, where less is free than it needs."""
    free = _free_bytes(folder)
    if free >= bytes_min:
        return None
    return SandboxUnavailable(
        f"only {free >> 20} MiB are free at {folder}, and sandboxes are made above "
        f"{bytes_min >> 20} MiB: remove what is not needed there, or lower sandbox.disk_free_mib"
    )


def _free_bytes(folder: Path) -> int:
    """Of the file system on which the folder is, or would be."""
    while not folder.exists():
        folder = folder.parent
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
