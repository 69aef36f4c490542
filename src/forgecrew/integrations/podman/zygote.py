"""Runs inside a container, given to `python3 -c`: forks a fresh interpreter for each cell, with the usual modules loaded.

It imports nothing of this project. Standard input brings a line of JSON {"code", "mark"} per cell; the mark is written to
standard output after all that the cell printed, with its status on the same line (128 and more for a signal). The end of
the input ends it, also while a cell runs.
"""

import atexit
import contextlib
import ctypes
import gc
import json
import linecache
import os
import select
import signal
import sys
import threading
import traceback
import types
from typing import NoReturn

_SET_DUMPABLE = 4


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _cell(code: str) -> NoReturn:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.closerange(3, 64)
    _prctl(_SET_DUMPABLE, 1)
    main = types.ModuleType("__main__")
    sys.modules["__main__"], sys.argv = main, ["<cell>"]
    sys.path.insert(0, "")
    linecache.cache["<cell>"] = (len(code), None, code.splitlines(keepends=True), "<cell>")
    status = 0
    try:
        exec(compile(code, "<cell>", "exec"), main.__dict__)  # noqa: S102 - that is what it is for
    except SystemExit as stop:
        if isinstance(stop.code, int):
            status = stop.code & 0xFF
        elif stop.code is not None:
            print(stop.code, file=sys.stderr)  # noqa: T201
            status = 1
    except BaseException as error:  # whatever the cell raises is its result
        traceback.print_exception(error.with_traceback(error.__traceback__ and error.__traceback__.tb_next))
        status = 1
    threading._shutdown()  # pyright: ignore  # as an interpreter does before it ends
    atexit._run_exitfuncs()  # pyright: ignore[reportPrivateUsage]
    sys.stdout.flush()
    os._exit(status)


def _forked(code: str) -> int:
    try:
        pid = os.fork()
    except OSError as error:
        os.write(1, f"no process for the cell: {error}\n".encode())
        return 1
    if pid == 0:
        _cell(code)
    child = os.pidfd_open(pid)
    waiting = select.poll()
    waiting.register(child, select.POLLIN)
    waiting.register(0, 0)  # the host hung up: nobody waits for this cell
    if child not in dict(waiting.poll()):
        os._exit(0)
    os.close(child)
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)  # what the cell has left behind; never process 1 or the caller
    exit_code = os.waitstatus_to_exitcode(status)
    return 128 - exit_code if exit_code < 0 else exit_code


def main() -> None:
    """Serve until the other end is closed."""
    _prctl(_SET_DUMPABLE, 0)  # no cell may look into this process or change it
    gc.freeze()
    os.write(1, b"warm\n")
    pending = b""
    while True:
        while b"\n" not in pending:
            if not (block := os.read(0, 1 << 16)):
                return
            pending += block
        line, _, pending = pending.partition(b"\n")
        wanted = json.loads(line)
        status = _forked(wanted["code"])
        os.write(1, f"{wanted['mark']} {status}\n".encode())


if __name__ == "__main__":
    main()
