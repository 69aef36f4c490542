"""Paths resolved beneath a folder only, never through a link.

openat2 makes it safe: the kernel refuses every path that leaves the folder or passes a link, also while somebody
inside is swapping folders.
"""

import contextlib
import ctypes
import errno
import os
from collections.abc import Generator
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.signals import TellModel

_OPENAT2 = 437
_NO_CROSSING, _NO_MAGIC_LINKS, _NO_LINKS, _BENEATH = 0x01, 0x02, 0x04, 0x08
_libc = ctypes.CDLL(None, use_errno=True)

MEANINGS = {
    errno.ENOENT: "there is no such file",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.ELOOP: "it is a link, or a part of its path is one; name the file itself",
    errno.EXDEV: "it leads outside the workspace",
    errno.EISDIR: "it is a folder",
    errno.ENXIO: "it is not a regular file",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EACCES: "its permissions do not allow that",
    errno.EPERM: "that is not permitted",
}


class _How(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


def beneath(root: int, path: str, flags: int) -> int:
    """A descriptor of a path beneath a folder. Raises OSError, and SandboxUnavailable where the kernel is too old."""
    how = _How(flags | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY, 0, _BENEATH | _NO_LINKS | _NO_MAGIC_LINKS | _NO_CROSSING)
    if "\0" in path:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    fd = int(_libc.syscall(_OPENAT2, root, os.fsencode(path), ctypes.byref(how), ctypes.sizeof(how)))
    if fd < 0:
        number = ctypes.get_errno()
        if number == errno.ENOSYS:
            raise SandboxUnavailable("files of a sandbox need openat2: use Linux 5.6 or newer")
        raise OSError(number, os.strerror(number))
    return fd


@contextlib.contextmanager
def opened(fd: int) -> Generator[int]:
    """A descriptor for the block, closed at its end."""
    try:
        yield fd
    finally:
        os.close(fd)


def root_of(workspace: Path) -> contextlib.AbstractContextManager[int]:
    """The workspace's folder itself, for the block."""
    return opened(os.open(workspace, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW))


@contextlib.contextmanager
def told(path: str) -> Generator[None]:
    """Say a refusal of the kernel in words that a model can act on; a full disk and the like stay errors."""
    try:
        yield
    except OSError as error:
        if error.errno not in MEANINGS:
            raise
        raise TellModel(f"{path}: {MEANINGS[error.errno]}") from error
