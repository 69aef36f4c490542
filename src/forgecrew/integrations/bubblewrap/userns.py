"""A user namespace that knows root and one sandbox's user: in it the launcher may bind folders, without a right on the host.

A workspace often lies below a folder that only root may pass (/root, a private home). The launcher then needs a mount
namespace of its own, which root without CAP_SYS_ADMIN may only have inside a user namespace. A process of ours holds it
while the command runs, so that no descriptor of it has to be handed on.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable


@contextlib.asynccontextmanager
async def held(uid: int) -> AsyncGenerator[int]:
    """The id of a process in such a namespace; it ends with this context, or with this process. Raises SandboxUnavailable."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        "unshare", "--user", "--", "sh", "-c", "echo; read _", stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        await process.stdout.readline()
        try:
            for kind in ("uid", "gid"):
                Path(f"/proc/{process.pid}/{kind}_map").write_text(f"0 0 1\n{uid} {uid} 1\n")
        except OSError as error:
            raise SandboxUnavailable(f"no user namespace for user id {uid}: {error}") from error
        yield process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()
