"""Labels of control groups: they tell whose sandbox a group is, and which process made it."""

import contextlib
import os
from pathlib import Path


def controller() -> str:
    """This process, as part of a group's label: its id and when it started, so that a reused id is told apart."""
    pid = os.getpid()
    return f"{pid}.{_started(pid)}"


def name_of(label: str) -> str:
    """The sandbox that a group of this label belongs to."""
    return label.split(".")[1]


def is_orphan(label: str) -> bool:
    """Whether the process that made a group of this label is gone."""
    *_, pid, started, _number = label.split(".")
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return "gone"
