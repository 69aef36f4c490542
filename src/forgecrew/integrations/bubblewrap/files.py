"""Files of a workspace read and written from outside, beneath its folder only, never through a link.

Written from the host rather than by a command inside: it takes no process, works beside a running command, and is
atomic. openat2 makes it safe: the kernel refuses every path that leaves the workspace or passes a link, also while
somebody inside is swapping folders, and all further steps use the descriptors that it gave.
"""

import contextlib
import ctypes
import errno
import os
import secrets
import stat
from collections.abc import Generator
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.signals import TellModel

_OPENAT2 = 437
_NO_CROSSING, _NO_MAGIC_LINKS, _NO_LINKS, _BENEATH = 0x01, 0x02, 0x04, 0x08
_FOLDER = os.O_RDONLY | os.O_DIRECTORY
_libc = ctypes.CDLL(None, use_errno=True)

_MEANINGS = {
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


def read(workspace: Path, path: str, bytes_max: int) -> bytes:
    """The whole content of a regular file. Raises TellModel when it is absent, too large or something else."""
    with _root(workspace) as root, _told(path), _opened(_beneath(root, path, os.O_RDONLY)) as fd:
        info = os.fstat(fd)
        if not stat.S_ISREG(info.st_mode):
            raise TellModel(f"{path}: {_MEANINGS[errno.EISDIR if stat.S_ISDIR(info.st_mode) else errno.ENXIO]}")
        blocks: list[bytes] = []
        left = bytes_max + 1
        while left > 0 and (block := os.read(fd, min(left, 1 << 20))):
            blocks.append(block)
            left -= len(block)
        if left <= 0:
            raise TellModel(f"{path}: larger than {bytes_max} bytes; read a part of it with a command")
        return b"".join(blocks)


def write(workspace: Path, path: str, content: bytes, uid: int | None) -> None:
    """Replace or make a file, and its folders, owned by `uid`; it appears whole or not at all. Keeps an old file's mode."""
    *folders, name = [part for part in path.split("/") if part not in ("", ".")] or [""]
    if not name or name == ".." or ".." in folders or path.startswith("/") or "\0" in path:
        raise TellModel(f"{path}: {_MEANINGS[errno.EXDEV]}; give a path relative to the workspace")
    with _root(workspace) as root, _told(path), contextlib.ExitStack() as stack:
        parent = root
        for folder in folders:
            parent = stack.enter_context(_opened(_folder(parent, folder, uid)))
        _replace(parent, name, content, uid)


def _replace(parent: int, name: str, content: bytes, uid: int | None) -> None:
    mode = 0o644
    with contextlib.suppress(FileNotFoundError):
        old = os.stat(name, dir_fd=parent, follow_symlinks=False)
        if stat.S_ISDIR(old.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if stat.S_ISREG(old.st_mode):
            mode = old.st_mode & 0o777
    draft = f".draft-{secrets.token_hex(8)}"
    try:
        with _opened(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=parent)) as fd:
            view = memoryview(content)
            while view:
                view = view[os.write(fd, view) :]
            if uid is not None:
                os.fchown(fd, uid, uid)
            os.fchmod(fd, mode)
        os.rename(draft, name, src_dir_fd=parent, dst_dir_fd=parent)
    except BaseException:  # whatever went wrong, the draft must not stay
        with contextlib.suppress(OSError):
            os.unlink(draft, dir_fd=parent)
        raise


def _folder(parent: int, name: str, uid: int | None) -> int:
    try:
        return _beneath(parent, name, _FOLDER)
    except FileNotFoundError:
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, 0o755, dir_fd=parent)
        fd = _beneath(parent, name, _FOLDER)
        if uid is not None:
            os.fchown(fd, uid, uid)
        return fd


def _beneath(root: int, path: str, flags: int) -> int:
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
def _opened(fd: int) -> Generator[int]:
    try:
        yield fd
    finally:
        os.close(fd)


def _root(workspace: Path) -> contextlib.AbstractContextManager[int]:
    return _opened(os.open(workspace, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW))


@contextlib.contextmanager
def _told(path: str) -> Generator[None]:
    """Say a refusal of the kernel in words that a model can act on; a full disk and the like stay errors."""
    try:
        yield
    except OSError as error:
        if error.errno not in _MEANINGS:
            raise
        raise TellModel(f"{path}: {_MEANINGS[error.errno]}") from error
