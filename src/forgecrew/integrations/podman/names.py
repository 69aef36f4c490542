"""Names of containers: they tell whose they are, so that those of a controller that has died are found and removed."""

import os
from functools import cache
from pathlib import Path


def container_name(scope: str, id: str, number: int) -> str:
    """`forgecrew-<scope>-<process>-<its start>-<its space of process numbers>-<number>-<sandbox>`."""
    return f"{owner(scope)}-{number}-{id}"


def owner(scope: str) -> str:
    """The part of a name that tells whose it is."""
    return f"forgecrew-{scope}-{os.getpid()}-{_own_start()}-{_numbering()}"


def sandbox_of(name: str) -> str:
    """The id of the sandbox in a container's name."""
    return name.split("-", 6)[-1]


def is_orphan(name: str) -> bool:
    """Whether the process that made it is gone; one that numbers processes otherwise cannot be seen, so it is not."""
    parts = name.split("-", 6)
    return len(parts) < 6 or (parts[4] == _numbering() and started(int(parts[2])) != parts[3])


def started(pid: int) -> str:
    """When a process started, in ticks; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


@cache
def _own_start() -> str:
    return started(os.getpid())


@cache
def _numbering() -> str:
    return str(os.stat("/proc/self/ns/pid").st_ino)
