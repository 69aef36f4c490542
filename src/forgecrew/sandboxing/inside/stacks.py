"""Where processes are at the moment: what each waits for by what the kernel tells, and how to ask it for its own stack."""

import contextlib
import os
import re
import signal
from collections.abc import Sequence

_ROWS_MAX = 8
_LINE_CHARACTERS_MAX = 110
_FRAMES_MAX = 10
_OURS = ("zygote", "bwrap")
_WAITS = (  # in the name of the kernel's function: what that means
    ("nanosleep", "sleeps"), ("futex", "waits for a lock or a thread"), ("do_wait", "waits for a process it started"),
    ("wait4", "waits for a process it started"), ("waitid", "waits for a process it started"),
    ("pipe_read", "reads from a pipe"), ("anon_pipe_read", "reads from a pipe"), ("pipe_w", "writes to a full pipe"),
    ("accept", "waits for a connection"), ("connect", "waits for a connection to be answered"),
    ("tcp_recv", "reads from the network"), ("sk_wait", "reads from a socket"), ("more_packets", "reads from a socket"),
    ("unix_stream", "reads from a socket"), ("tty", "reads from a terminal"), ("poll", "waits for input (poll)"),
    ("select", "waits for input (select)"), ("sigsuspend", "waits for a signal"), ("sigtimedwait", "waits for a signal"),
    ("pause", "waits for a signal"), ("flock", "waits for a locked file"), ("locks", "waits for a locked file"),
    ("do_signal_stop", "is stopped"),
)  # fmt: skip
_STATES = {"R": "computes", "D": "waits for a disk or the like", "T": "is stopped", "t": "is traced"}
_ASIDE = ("Extension modules", "Aborted")
_CELL = re.compile(r'  File "<string>", line \d+ in cell$')
_BEGINS = (b"Fatal Python error: Aborted", b"SIGABRT: abort", b"Full thread dump")


def rows(pids: Sequence[int]) -> list[str]:
    """One line per process: its id (as it sees it), its command line, what it does."""
    found = [row for pid in pids if (row := _row(pid))]
    more = len(found) - _ROWS_MAX
    return [*found[:_ROWS_MAX], *([f"and {more} more processes"] if more > 0 else [])]


def asked(pids: Sequence[int]) -> bool:
    """Ask those that tell their stack (Python and Go at SIGABRT, Java at SIGQUIT) to do so; whether there are any."""
    any_asked = False
    for pid in pids:
        with contextlib.suppress(OSError, ValueError, IndexError):
            caught = int(_status(pid, "SigCgt"), 16)
            number = signal.SIGQUIT if _read(pid, "comm").strip() == "java" else signal.SIGABRT
            if caught >> (number - 1) & 1 and _read(pid, "comm").strip() not in _OURS:
                os.kill(pid, number)
                any_asked = True
    return any_asked


def parted(said: bytes) -> tuple[bytes, list[str]]:
    """What was printed before stacks were told, and the stacks: the innermost calls of each thread come first."""
    at = min((found for word in _BEGINS if (found := said.find(word)) >= 0), default=-1)
    if at < 0:
        return said, []
    lines = [line.rstrip() for line in said[at:].decode("utf-8", "replace").splitlines()]
    told = [line for line in lines[1:] if line.strip() and not line.startswith(_ASIDE)]
    ours = next((number for number, line in enumerate(told) if _CELL.match(line)), len(told))
    return said[:at], [line[:_LINE_CHARACTERS_MAX] for line in told[: min(ours, _FRAMES_MAX)]]


def _row(pid: int) -> str:
    with contextlib.suppress(OSError, IndexError):
        name = _read(pid, "comm").strip()
        state = _read(pid, "stat").rpartition(")")[2].split()[0]
        if name in _OURS or state in "ZX":
            return ""
        words = _read(pid, "cmdline").replace("\0", " ").split()
        line = "the cell" if name == "cell" else " ".join(words) or f"[{name}]"
        if len(line) > _LINE_CHARACTERS_MAX - 40:
            line = line[: _LINE_CHARACTERS_MAX - 40] + "…"
        return f"{_status(pid, 'NSpid').split()[-1]} {line}: {_does(pid, state)}"
    return ""


def _does(pid: int, state: str) -> str:
    threads = [entry for entry in os.listdir(f"/proc/{pid}/task") if entry != str(pid)]
    more = f" ({len(threads) + 1} threads)" if threads else ""
    where = ""
    with contextlib.suppress(OSError):
        where = _read(pid, "wchan").strip("0\n")
    if state == "S":
        what = next((means for word, means in _WAITS if word in where), f"waits in {where}" if where else "waits")
    else:
        what = _STATES.get(state, state)
    return what + more


def _read(pid: int, name: str) -> str:
    with open(f"/proc/{pid}/{name}", errors="replace") as file:
        return file.read()


def _status(pid: int, name: str) -> str:
    return next(line.partition(":")[2].strip() for line in _read(pid, "status").splitlines() if line.startswith(f"{name}:"))
