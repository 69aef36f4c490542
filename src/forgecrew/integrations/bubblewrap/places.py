"""Folders of the host that a sandbox sees, and how they come to where bwrap may bind them."""

import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from forgecrew.core.sandbox import SandboxSpec
from forgecrew.sandboxing.inner import WORKSPACE

STAGE = "/run/forgecrew"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of the host and where it is shown inside."""

    source: str
    target: str
    writable: bool = False


def places(spec: SandboxSpec, workspace: Path) -> list[Place]:
    """The workspace and the spec's mounts, which keep their path."""
    return [Place(str(workspace), WORKSPACE, writable=True), *(Place(mount, mount) for mount in spec.mounts)]


def needs_stage(shown: Iterable[Place], uid: int | None) -> bool:
    """Whether a folder lies under one that the sandbox's user may not pass, such as /root.

    Then the launcher, still root, binds the folders beneath STAGE in namespaces of its own (see userns.py).
    """
    return uid is not None and not all(_passable(Path(place.source), uid) for place in shown)


def staged(shown: Sequence[Place]) -> list[Place]:
    """The same places, as bwrap finds them beneath STAGE."""
    return [Place(f"{STAGE}/{number}", place.target, place.writable) for number, place in enumerate(shown)]


def _passable(path: Path, uid: int) -> bool:
    for folder in (path, *path.parents):
        info = folder.stat()
        if not (info.st_mode & stat.S_IXOTH or (info.st_uid == uid and info.st_mode & stat.S_IXUSR)):
            return False
    return True
