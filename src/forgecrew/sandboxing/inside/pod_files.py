"""Runs inside a pod: reads or writes a file of the workspace, or measures it, never through a link.

The argument is a request in base64 of JSON; the answer is a line of JSON, with the number
of the error when the kernel refused.
"""

import base64
import contextlib
import json
import os
import stat
import sys
from typing import Any

from forgecrew.sandboxing.inside.measure import usage

BASE = os.environ.get("SANDBOX_BASE_DIR", "/workspace")
_IS_FOLDER, _NO_DEVICE = 21, 6
Request = dict[str, Any]


def _folder(path: str, *, make: bool) -> tuple[int, str]:
    """A descriptor of a path's folder, reached without a link, and its last name."""
    *folders, name = [part for part in path.split("/") if part not in ("", ".")] or [""]
    at = os.open(BASE, os.O_RDONLY | os.O_DIRECTORY)
    for folder in folders:
        if make:
            with contextlib.suppress(FileExistsError):
                os.mkdir(folder, 0o755, dir_fd=at)
        at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
    return at, name


def read(request: Request) -> Request:
    """A part of a regular file."""
    at, name = _folder(request["path"], make=False)
    fd = os.open(name or ".", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
    info = os.fstat(fd)
    if not stat.S_ISREG(info.st_mode):
        raise OSError(_IS_FOLDER if stat.S_ISDIR(info.st_mode) else _NO_DEVICE, "")
    return {"size": info.st_size, "content": base64.b64encode(os.pread(fd, request["bytes"], request["offset"])).decode()}


def write(request: Request) -> Request:
    """Put a file that was uploaded, or its content, in its place; keeps an old one's mode."""
    at, name = _folder(request["path"], make=True)
    mode, draft = 0o644, f".draft-{request['token']}"
    with contextlib.suppress(FileNotFoundError):
        old = os.stat(name, dir_fd=at, follow_symlinks=False)
        if stat.S_ISDIR(old.st_mode):
            raise OSError(_IS_FOLDER, "")
        mode = old.st_mode & 0o777 if stat.S_ISREG(old.st_mode) else mode
    if request["uploaded"]:
        os.rename(os.path.join(BASE, request["uploaded"]), draft, dst_dir_fd=at)
    else:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=at), "wb") as file:
            file.write(base64.b64decode(request["content"]))
    os.chmod(draft, mode, dir_fd=at)
    os.rename(draft, name, src_dir_fd=at, dst_dir_fd=at)
    return {}


def use(request: Request) -> Request:
    """Bytes that the workspace takes; the request says nothing more."""
    return {"disk": usage(BASE)[0]}


def main() -> None:
    """Do what is asked."""
    request: Request = json.loads(base64.b64decode(sys.argv[1]))
    does = {"read": read, "write": write, "use": use}[request["do"]]
    try:
        answer = does(request)
    except OSError as error:
        answer = {"errno": error.errno}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
