"""The root of a container without an image: the host's /usr, read-only, in a small tree of links and files made here."""

import os
from collections.abc import Iterator
from glob import glob
from pathlib import Path

from forgecrew.core.sandbox import SandboxSpec
from forgecrew.sandboxing.inner import ETC_SHOWN, ETC_WRITTEN

_FOLDERS = ("dev", "dev/shm", "etc", "proc", "run", "sys", "tmp", "usr", "var", "var/tmp", "workspace")
_EMPTY = ("etc/hostname", "etc/resolv.conf", "run/.containerenv", "run/forgecrew.sock")


def make_root(root: Path, spec: SandboxSpec) -> None:
    """Make the tree, with a place for all that is mounted: who sets a container up has no right to make one in it."""
    for name in _FOLDERS:
        (root / name).mkdir(parents=True, exist_ok=True)
    for name in ("tmp", "dev/shm"):
        (root / name).chmod(0o1777)
    for name, text in ETC_WRITTEN.items():
        (root / "etc" / name).write_text(text)
    for name in _EMPTY:
        (root / name).touch()
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        if Path("/", name).is_symlink() and not (root / name).is_symlink():
            (root / name).symlink_to(os.readlink(Path("/", name)))
        elif Path("/", name).is_dir() and not (root / name).is_symlink():
            (root / name).mkdir(exist_ok=True)
    for place in [*host_places(), *spec.mounts]:
        target = root / place.lstrip("/")
        if Path(place).is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch()


def host_places() -> Iterator[str]:
    """What of the host is shown, read-only, at the same path."""
    yield "/usr"
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        if Path("/", name).is_dir() and not Path("/", name).is_symlink():
            yield f"/{name}"
    for pattern in ETC_SHOWN:
        yield from sorted(path for path in glob(f"/etc/{pattern}") if Path(path).exists())
