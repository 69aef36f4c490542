"""Runs inside a sandbox, given to `python3 -c`: forks a fresh interpreter for each cell, with the usual modules loaded.

It imports nothing of this project. On the socket that is its standard input it takes one byte with a descriptor for what
the cell prints, then a line of JSON {"code"}; it answers with a line {"status"}, 128 and more for a signal.
"""

import atexit
import contextlib
import ctypes
import gc
import json
import linecache
import os
import signal
import socket
import sys
import threading
import traceback
import types
from typing import NoReturn

_SET_DUMPABLE = 4


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _cell(code: str, output: int) -> NoReturn:
    os.setsid()
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.closerange(3, 64)  # the channel above all: an answer is not the cell's to give
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


def _forked(code: str, output: int) -> int:
    try:
        pid = os.fork()
    except OSError as error:
        os.write(output, f"no process for the cell: {error}\n".encode())
        return 1
    if pid == 0:
        _cell(code, output)
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)  # what the cell has left behind; never process 1 or the caller
    exit_code = os.waitstatus_to_exitcode(status)
    return 128 - exit_code if exit_code < 0 else exit_code


def main() -> None:
    """Serve until the other end is closed."""
    channel = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    _prctl(_SET_DUMPABLE, 0)  # no cell may look into this process or change it
    gc.freeze()
    channel.sendall(b"\n")
    while True:
        _, fds, _, _ = socket.recv_fds(channel, 1, 1)
        if not fds:
            return
        line = b""
        while not line.endswith(b"\n"):
            if not (block := channel.recv(1 << 16)):
                return
            line += block
        status = _forked(json.loads(line)["code"], fds[0])
        os.close(fds[0])
        channel.sendall(json.dumps({"status": status}).encode() + b"\n")


if __name__ == "__main__":
    main()
