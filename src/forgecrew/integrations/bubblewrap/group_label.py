"""Labels of control groups: they tell whose sandbox a group is, and which process made it."""

import contextlib
import itertools
import os
from pathlib import Path

SPARE = "-"
"""Stands where the name of a sandbox would, in the label of a group that waits for one."""

_counter = itertools.count()


def new_label(scope: str, name: str) -> str:
    """A label that no group has had. It tells the process that made it by id and start, so that a reused id is told apart."""
    pid = os.getpid()
    return f"{scope}.{name}.{pid}.{_started(pid)}.{next(_counter)}"


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
