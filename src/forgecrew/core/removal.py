"""Removing what an agent has written, however it named and nested it."""

import asyncio
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable


async def remove_folder(folder: Path) -> None:
    """Remove a folder with all it holds. By rm, which neither follows links nor stumbles over thousands of levels."""
    for _ in range(2):
        if not folder.exists() or await _call("rm", "-rf", "--one-file-system", "--", str(folder)):
            return
        await _call("chmod", "-R", "u+rwX", "--", str(folder))
    if folder.exists():
        raise SandboxUnavailable(f"{folder} could not be removed; see what is in it and remove it by hand")


async def _call(*line: str) -> bool:
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*line, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    return await process.wait() == 0
