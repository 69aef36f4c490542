"""One file of a workspace as it was in an earlier version."""

import os

from forgecrew.core.command import Command
from forgecrew.core.errors import RefusedError
from forgecrew.core.file_version import FileVersion, path_bytes
from forgecrew.kernel.version_reading import content_of
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.version_store import VersionStore
from forgecrew.store.database import Database


async def restore_file(database: Database, store: VersionStore, sandbox: Sandbox, version: FileVersion) -> None:
    """Make one file of a workspace as it was; a removed one is removed again."""
    name = os.fsdecode(path_bytes(version.path))
    if name.startswith("/") or ".." in name.split("/") or ".git" in name.split("/"):
        raise RefusedError(f"{version.path} is no path of a workspace")
    if version.kind == "removed":
        await _exec(sandbox, "rm", "-f", "--", f"./{name}")
        return
    content = await content_of(database, store, version)
    if version.mode == "120000":
        await _exec(sandbox, "ln", "-sfn", "--", os.fsdecode(content), f"./{name}")
        return
    await sandbox.write(name, content)
    await _exec(sandbox, "chmod", "755" if version.mode == "100755" else "644", "--", f"./{name}")


async def _exec(sandbox: Sandbox, *argv: str) -> None:
    result = await sandbox.exec(Command(argv, timeout_seconds=30))
    if not result.ok:
        raise RefusedError(f"{argv[0]} failed in the workspace: {result.text[-200:].strip()}")
