"""The words by which a process tells that it made something, so that others see later whether it is still there.

They name its process namespace, its id and when it started: an id that is used again is told apart, and so is the same id
in another container.
"""

import contextlib
import os
from functools import cache
from pathlib import Path

_MARK = b"forgecrew-sandbox."
_GONE = "gone"


def maker() -> str:
    """The words of this process: `<namespace>.<id>.<start>`."""
    pid = os.getpid()
    return f"{_namespace()}.{pid}.{_started(pid)}"


def mark() -> str:
    """For the command line of a launcher and of all that it becomes."""
    return f"{_MARK.decode()}{maker()}"


def maker_on(command_line: bytes) -> str:
    """The maker's words on the command line of a process; empty where there are none."""
    for word in command_line.split(b"\0"):
        if word.startswith(_MARK):
            return word.removeprefix(_MARK).decode("ascii", "replace")
    return ""


def is_dead(words: str) -> bool:
    """Whether the maker of these words (and maybe more) is gone; in another process namespace it counts as alive."""
    namespace, _, rest = words.partition(".")
    pid, _, rest = rest.partition(".")
    started = rest.partition(".")[0]
    return namespace == _namespace() and pid.isdigit() and _started(int(pid)) != started


@cache
def _namespace() -> str:
    return str(os.stat("/proc/self/ns/pid").st_ino)


def _started(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return _GONE
