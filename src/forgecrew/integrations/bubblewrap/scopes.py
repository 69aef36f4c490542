"""Control groups by systemd's hand: a scope for each command, where this process may make no groups itself.

A user's own systemd may divide what the machine's gave to it; so may root's where the groups are mounted read-only.
"""

import contextlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from forgecrew.core.sandbox import Profile
from forgecrew.integrations.bubblewrap.cgroup import Group, Hierarchy
from forgecrew.integrations.bubblewrap.group_label import new_label

SLICE = "forgecrew.slice"
_WANTED = ("memory", "pids", "cpu")
_ANSWER_SECONDS = 5.0


def detect(root: Path = Path("/sys/fs/cgroup")) -> "Scopes | None":
    """Scopes of the systemd that serves this user; None where none answers, or it divides nothing."""
    program, control = shutil.which("systemd-run"), shutil.which("systemctl")
    if program is None or control is None:
        return None
    whose = () if os.geteuid() == 0 else ("--user",)
    place = os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.geteuid()}")
    top = _top(("/usr/bin/env", f"XDG_RUNTIME_DIR={place}", control, *whose), root)
    if top is None:
        return None
    given: list[str] = []
    with contextlib.suppress(OSError):
        given = (top / "cgroup.controllers").read_text().split()
    folders = {name: top / SLICE for name in _WANTED if name in given}
    start = ("/usr/bin/env", f"XDG_RUNTIME_DIR={place}", program, *whose)
    return Scopes(2, folders, start) if folders else None


@dataclass(frozen=True, slots=True)
class Scopes(Hierarchy):
    """Groups that are made with the command that is to be in them, and go when that ends."""

    start: tuple[str, ...] = ()

    suffix = ".scope"

    def spare(self, scope: str) -> Group | None:
        """None: a scope begins with its limits."""
        return None

    def claim(self, spare: Group | None, scope: str, name: str, profile: Profile) -> Group:
        """A scope with the profile's limits, for the launcher to begin."""
        label = new_label(scope, name)
        limits = {
            "MemoryMax": profile.memory_bytes, "MemorySwapMax": 0, "TasksMax": profile.pids,
            "CPUQuota": f"{max(round(profile.cpu * 100), 1)}%",
        }  # fmt: skip
        bounds = [f"--property={key}={value}" for key, value in limits.items()]
        words = ("--scope", "--quiet", "--collect", f"--slice={SLICE}", f"--unit={label}{self.suffix}", *bounds, "--")
        return self._group(label, (*self.start, *words))


def _top(line: tuple[str, ...], root: Path) -> Path | None:
    """The folder of all that this systemd divides."""
    try:
        said = subprocess.run(
            [*line, "show", "--property=ControlGroup", "--value", "--", "-.slice"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_ANSWER_SECONDS, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    group = said.stdout.strip()
    return root / group.lstrip("/") if group.startswith("/") else None
