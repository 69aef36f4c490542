"""Finding the hierarchy of control groups in which this process may make some."""

import contextlib
from pathlib import Path

from forgecrew.integrations.bubblewrap import scopes
from forgecrew.integrations.bubblewrap.cgroup import Hierarchy

_NAME = "forgecrew"
_WANTED = ("memory", "pids", "cpu", "cpuacct")


def detect(root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> Hierarchy | None:
    """The hierarchy in which this process may make groups, version 2 first, then systemd's scopes; None where it may not."""
    return _second(root, own) or _first(root) or scopes.detect(root)


def _first(root: Path) -> Hierarchy | None:
    folders: dict[str, Path] = {}
    for name in _WANTED:
        folder = root / name / _NAME
        with contextlib.suppress(OSError):
            if (root / name / "cgroup.procs").exists():
                folder.mkdir(exist_ok=True)
                folders[name] = folder
    return Hierarchy(1, folders) if "memory" in folders or "pids" in folders else None


def _second(root: Path, own: Path) -> Hierarchy | None:
    lines = own.read_text().splitlines() if own.exists() else []
    paths = [line[3:] for line in lines if line.startswith("0::")]
    if not paths or not (root / "cgroup.controllers").exists():
        return None
    here = (root / paths[0].lstrip("/")).resolve()
    # The highest folder that we may use: there a group may be made beside our own, which holds processes.
    for folder in reversed([here, *here.parents]):
        if not folder.is_relative_to(root.resolve()):
            continue
        with contextlib.suppress(OSError):
            given = (folder / "cgroup.subtree_control").read_text().split()
            if not {"memory", "pids"} & set(given):
                continue
            ours = folder / _NAME
            ours.mkdir(exist_ok=True)
            folders = {name: ours for name in _WANTED if name in given}
            _hand_down(ours, folders)
            return Hierarchy(2, folders)
    return None


def _hand_down(folder: Path, names: dict[str, Path]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in names))
