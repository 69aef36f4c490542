"""The processes that come from this one: found, ended, reaped."""

import contextlib
import os
import signal
import time


def descendants(of: int = 0) -> list[int]:
    """Live processes that come from one, from this one where none is named."""
    parents: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat") as file:
                words = file.read().rpartition(")")[2].split()
                if words[0] != "Z":
                    parents.setdefault(int(words[1]), []).append(int(name))
    found: list[int] = []
    line = [of or os.getpid()]
    while line:
        children = parents.get(line.pop(), [])
        found += children
        line += children
    return found


def end_tree() -> None:
    """Stop everything until nothing new appears, then kill it; a tree that forks has no rest to fork in."""
    stopped: set[int] = set()
    until = time.monotonic() + 5
    while (fresh := set(descendants()) - stopped) and time.monotonic() < until:
        for pid in fresh:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGSTOP)
        stopped |= fresh
    while (left := descendants()) and time.monotonic() < until:
        for pid in left:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        reap(0)
        time.sleep(0.005)
    reap(0)


def reap(wanted: int) -> int | None:
    """Bury who has ended; gives the status of the wanted one."""
    found = None
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            found = status if pid == wanted else found
    return found
