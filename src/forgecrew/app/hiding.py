"""Starting a process where the folder of the write secrets is empty: a mount namespace made by bubblewrap.

As a normal user the process also gets process numbers of its own, so that no other process's root can be looked through.
As root it keeps the host's (a fresh /proc would keep sandboxes inside from mounting theirs) and loses the capabilities that
undo the hiding.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from forgecrew.core.errors import ConfigError
from forgecrew.integrations.bubblewrap.advice import advice
from forgecrew.integrations.bubblewrap.keeper import STORE, with_disks

LOST_CAPABILITIES = (
    "CAP_SYS_ADMIN", "CAP_SYS_PTRACE", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_BOOT", "CAP_MKNOD", "CAP_DAC_READ_SEARCH",
    "CAP_BPF", "CAP_PERFMON", "CAP_SYSLOG",
)  # fmt: skip
"""What root would need to unmount the cover, to look through another process's root, or to read the disk below the files."""

INSTALL = "install bubblewrap (Debian, Ubuntu: `sudo apt install bubblewrap`; Fedora: `sudo dnf install bubblewrap`)"


def hidden_with_disks(command: Sequence[str], sandboxes: Path, *folders: Path) -> list[str]:
    """The same for a process that makes sandboxes: as root their workspaces have disks, whose images it cannot reach."""
    if os.geteuid() != 0:
        return hidden(command, *folders)
    return with_disks(hidden(command, *folders, sandboxes.resolve() / STORE), sandboxes)


def hidden(command: Sequence[str], *folders: Path, root: bool | None = None) -> list[str]:
    """The command line that runs `command` where these folders are empty. Raises ConfigError where bubblewrap is missing."""
    program = shutil.which("bwrap")
    if program is None:
        raise ConfigError(f"bwrap is not installed, so the write tokens cannot be hidden from the agents: {INSTALL}")
    as_root = os.geteuid() == 0 if root is None else root
    line = [program, "--dev-bind", "/", "/", "--die-with-parent"]
    line += [part for folder in folders for part in ("--tmpfs", str(folder))]
    if as_root:
        line += [part for name in LOST_CAPABILITIES for part in ("--cap-drop", name)]
    else:
        line += ["--unshare-pid", "--proc", "/proc"]
    return [*line, "--", *command]


def check_hiding(folder: Path) -> None:
    """Try it once. Raises ConfigError, with the way to mend it, where this machine does not let a namespace be made."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    tried = subprocess.run(
        hidden(["test", "-z", ""], folder), stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=False
    )
    if tried.returncode:
        reason = tried.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"status {tried.returncode}"]
        raise ConfigError(f"the write tokens cannot be hidden from the agents: {advice(reason[0])}")
