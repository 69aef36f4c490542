"""Files of a workspace read and written from outside, beneath its folder only, never through a link.

Written from the host rather than by a command inside: it takes no process, works beside a running command, and is
atomic. Every path is resolved by beneath.py, and all further steps use the descriptors that it gave.
"""

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path

from forgecrew.core.beneath import MEANINGS, beneath, opened, root_of, told
from forgecrew.core.signals import TellModel

_FOLDER = os.O_RDONLY | os.O_DIRECTORY


def read(workspace: Path, path: str, bytes_max: int) -> bytes:
    """The whole content of a regular file. Raises TellModel when it is absent, too large or something else."""
    with root_of(workspace) as root, told(path), opened(beneath(root, path, os.O_RDONLY)) as fd:
        info = os.fstat(fd)
        if not stat.S_ISREG(info.st_mode):
            raise TellModel(f"{path}: {MEANINGS[errno.EISDIR if stat.S_ISDIR(info.st_mode) else errno.ENXIO]}")
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
        raise TellModel(f"{path}: {MEANINGS[errno.EXDEV]}; give a path relative to the workspace")
    with root_of(workspace) as root, told(path), contextlib.ExitStack() as stack:
        parent = root
        for folder in folders:
            parent = stack.enter_context(opened(_folder(parent, folder, uid)))
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
        with opened(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=parent)) as fd:
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
        return beneath(parent, name, _FOLDER)
    except FileNotFoundError:
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, 0o755, dir_fd=parent)
        fd = beneath(parent, name, _FOLDER)
        if uid is not None:
            os.fchown(fd, uid, uid)
        return fd
