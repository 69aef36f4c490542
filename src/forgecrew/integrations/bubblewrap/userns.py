"""A user namespace that knows root and the users of sandboxes: in it a launcher may bind folders, without a right on the host.

A workspace often lies below a folder that only root may pass (/root, a private home). The launcher then needs a mount
namespace of its own, which root without CAP_SYS_ADMIN may only have inside a user namespace. A process of ours holds it,
so that no descriptor of it has to be handed on; it ends with this process.
"""

import asyncio
import shutil
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.bubblewrap.child import Child, spawn


async def hold(uids: range) -> Child:
    """A process in such a namespace. Raises SandboxUnavailable where it cannot be made."""
    child = spawn([shutil.which("unshare") or "/usr/bin/unshare", "--user", "--", "/bin/sh", "-c", "echo; read _"], {})
    try:
        async with asyncio.timeout(10):
            await child.read(1)
        for kind in ("uid", "gid"):
            Path(f"/proc/{child.pid}/{kind}_map").write_text(f"0 0 1\n{uids[0]} {uids[0]} {len(uids)}\n")
    except (OSError, TimeoutError) as error:
        child.abandon()
        raise SandboxUnavailable(f"no user namespace for the users of sandboxes: {error}") from error
    except BaseException:  # cancelled: the process must not stay
        child.abandon()
        raise
    return child
