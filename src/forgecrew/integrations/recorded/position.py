"""Which answer belongs to which request, remembered in a file so that every process and every restart agrees.

The n-th distinct request of a role gets the role's n-th answer; a request that was asked before gets the answer it had.
The file has one line per answer given, `<role> <digest of the request>`, in the order in which they were given.
"""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

LINE_END = b"\n"


class Position:
    """The state file of one recording; exactly one process at a time reads and appends."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def take(self, role: str, digest: str, check: Callable[[int], None]) -> int:
        """The request's number (from 0): as before, or the role's next. What check(number) raises leaves it untaken."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        wanted = f"{role} {digest}".encode()
        with self.path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            content = file.read()
            whole = content[: content.rfind(LINE_END) + 1]
            given = [line for line in whole.split(LINE_END) if line.rpartition(b" ")[0] == role.encode()]
            if wanted in given:
                return given.index(wanted)
            check(len(given))
            if len(whole) < len(content):
                file.truncate(len(whole))  # half a line: whoever wrote it died and nobody got that answer
            file.write(wanted + LINE_END)
            file.flush()
            os.fsync(file.fileno())
            return len(given)
