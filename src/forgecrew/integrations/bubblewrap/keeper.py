"""The keeper of disks: runs a program in a mount namespace of its own and mounts images of workspaces for it.

`python -m forgecrew.integrations.bubblewrap.keeper <folder> -- <program...>`. The program gets no right to mount; it asks on a
socket for a disk on a folder named `workspace` beneath `<folder>`, and for nothing else. What is mounted is seen in this
namespace alone and goes with the last process in it, however that ends.
"""

import contextlib
import ctypes
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from forgecrew.core.beneath import beneath, opened, root_of
from forgecrew.integrations.bubblewrap import image

VARIABLE = "FORGECREW_DISKS"
"""Tells the program `<descriptor>:<folder>`."""
STORE = ".disks"
"""Where the images lie, beneath the folder."""

_PATH = re.compile(r"(?:[A-Za-z0-9._-]{1,120}/){1,24}workspace")
_NEW_NAMESPACE, _BIND, _SHARED, _SLAVE, _RECURSIVE = 0x00020000, 0x1000, 1 << 20, 1 << 19, 0x4000
_PARENT_DEATH = 1
_BYTES = range(1 << 20, 1 << 42)
_INODES = range(16, 1 << 26)
_BUSY_SECONDS = 3.0
_LISTED_MAX = 500  # the rest the next time: an answer is one packet
_libc = ctypes.CDLL(None, use_errno=True)


class Keeper:
    """Answers requests; everything it is told is checked, since the program may have been taken over."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._store = folder, folder / STORE
        self._open: set[str] = set()
        self._last: tuple[int, int] | None = None
        self._ready: dict[tuple[int, int], tuple[Path, int]] = {}
        self._numbers = itertools.count()
        for old in (*self._store.glob("ready-*"), *self._store.glob("trash-*")):
            old.unlink()

    def serve(self, channel: socket.socket) -> None:
        """Answer until nobody can ask any more; each request brings the socket for its answer."""
        while True:
            line, fds, _, _ = socket.recv_fds(channel, 4096, 1)
            if not line and not fds:
                return
            for fd in fds:
                with socket.socket(fileno=fd) as answer:
                    told: dict[str, Any] = {"problem": ""}
                    try:
                        told["paths"] = self._do(json.loads(line))
                    except (OSError, ValueError, KeyError, TypeError) as error:  # also what is no request at all
                        told["problem"] = str(error) or type(error).__name__
                    with contextlib.suppress(OSError):  # who asked is gone
                        answer.send(json.dumps(told).encode())
            self._prepare()

    def _do(self, asked: dict[str, Any]) -> list[str]:
        path = str(asked["path"])
        if not _PATH.fullmatch(path) or ".." in path.split("/"):
            raise ValueError(f"{path}: not a workspace")
        disk = self._store / path.replace("/", "%")
        if asked["do"] == "open":
            size, inodes = int(asked["bytes"]), int(asked["inodes"])
            if size not in _BYTES or inodes not in _INODES:
                raise ValueError("a disk of that size is not made")
            self._opened(path, disk, size, inodes)
        elif asked["do"] == "close":
            self._closed(path, disk)
        elif asked["do"] == "list":
            return [name.replace("%", "/") for name in os.listdir(self._store) if "%" in name][:_LISTED_MAX]
        else:
            raise ValueError("only open, close and list are known")
        return []

    def _opened(self, path: str, disk: Path, size: int, inodes: int) -> None:
        if path in self._open and self._still_there(path):
            return
        with root_of(self._folder) as root, opened(beneath(root, path, os.O_RDONLY | os.O_DIRECTORY)) as target:
            if disk.exists():
                _wait_free(disk)
                image.repair(disk)
                ready, mount = disk, image.mounted(disk)
            else:
                ready, mount = self._ready.pop((size, inodes), None) or self._made(size, inodes)
            with opened(mount):
                image.place(mount, target)
            ready.rename(disk)
        self._open.add(path)
        self._last = size, inodes
        with root_of(self._folder / path) as top, contextlib.suppress(OSError):  # it has been removed before
            os.rmdir("lost+found", dir_fd=top)

    def _closed(self, path: str, disk: Path) -> None:
        if path in self._open and self._still_there(path):
            with root_of(self._folder / path) as target:
                image.unmount(target)
        self._open.discard(path)
        if disk.exists():
            disk.rename(self._store / f"trash-{next(self._numbers)}")

    def _still_there(self, path: str) -> bool:
        """False once somebody has removed the folder from outside: the mount went with it, also when there is a new one."""
        try:
            with root_of(self._folder / path) as target:
                return os.fstat(target).st_dev != self._store.stat().st_dev
        except FileNotFoundError:
            return False

    def _made(self, size: int, inodes: int) -> tuple[Path, int]:
        ready = self._store / f"ready-{next(self._numbers)}"
        image.make(self._store, ready, size, inodes)
        return ready, image.mounted(ready)

    def _prepare(self) -> None:
        """After an answer: have the next disk ready, of the size that was asked for last; remove those that are done with."""
        if self._last and self._last not in self._ready:
            for ready, mount in self._ready.values():
                os.close(mount)
                ready.unlink()
            self._ready.clear()
            with contextlib.suppress(OSError):  # told when it is asked for
                self._ready[self._last] = self._made(*self._last)
        for old in self._store.glob("trash-*"):  # a large one takes long
            threading.Thread(target=old.unlink, args=[True], daemon=True).start()


def with_disks(program: Sequence[str], folder: Path) -> list[str]:
    """The command line that runs a program with disks for the workspaces beneath a folder, where that is possible."""
    return [sys.executable, "-m", "forgecrew.integrations.bubblewrap.keeper", str(folder), "--", *program]


def main() -> None:
    """Run the program with disks, or without where this machine does not let us."""
    folder, program = Path(sys.argv[1]).resolve(), sys.argv[sys.argv.index("--") + 1 :]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STORE).mkdir(mode=0o700, exist_ok=True)
    try:
        _own_namespace(folder)
    except OSError as error:
        print(f"workspaces have no disks of their own: {error}", file=sys.stderr)  # noqa: T201
        os.execvp(program[0], program)  # noqa: S606 - no shell is wanted
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    _libc.prctl(_PARENT_DEATH, signal.SIGKILL, 0, 0, 0)
    environment = {**os.environ, VARIABLE: f"{theirs.fileno()}:{folder}"}
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with subprocess.Popen(program, env=environment, pass_fds=[theirs.fileno()], preexec_fn=_as_usual) as child:
        theirs.close()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda told, _: child.send_signal(told))
        threading.Thread(target=Keeper(folder).serve, args=[ours], daemon=True).start()
        status = child.wait()
    sys.exit(128 - status if status < 0 else status)


def _as_usual() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    _libc.prctl(_PARENT_DEATH, signal.SIGKILL, 0, 0, 0)


def _own_namespace(folder: Path) -> None:
    here = str(folder).encode()
    steps = (
        lambda: _libc.unshare(_NEW_NAMESPACE),
        lambda: _libc.mount(None, b"/", None, _RECURSIVE | _SLAVE, None),
        lambda: _libc.mount(here, here, None, _BIND, None),
        lambda: _libc.mount(None, here, None, _SHARED, None),  # so that the program's own namespace sees what is mounted later
    )
    for step in steps:
        if step() != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _wait_free(disk: Path) -> None:
    """Wait until an earlier keeper's mount is gone: an image that is mounted twice is destroyed."""
    until = time.monotonic() + _BUSY_SECONDS
    while image.attached(disk):
        if time.monotonic() > until:
            raise OSError("another process has this disk; end it first")
        time.sleep(0.02)


if __name__ == "__main__":
    main()
