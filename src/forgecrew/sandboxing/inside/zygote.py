"""Keeps an interpreter warm: a fresh fork for each cell, made before the cell comes.

Standard input brings a line of JSON {"code", "mark"} per cell; the mark is written to standard output after all that the cell
printed, with its status on the same line (128 and more for a signal). The fork knows no mark: it cannot end its own output.
The end of the input ends it all, also while a cell runs.
"""

import contextlib
import gc
import json
import os
import select
import signal
from typing import NoReturn

from forgecrew.sandboxing.inside.cell import called, cell

_HOST = 0


class _Fork:
    """A process that waits for its code; `told` is where that is written."""

    def __init__(self) -> None:
        reading, self.told = os.pipe()
        self.problem = ""
        self.pid = 0
        try:
            self.pid = os.fork()
        except OSError as error:
            self.problem = f"no process for the cell: {error}\n"
        if self.pid == 0 and not self.problem:
            self._become(reading)
        os.close(reading)

    def run(self, code: bytes) -> int:
        """Its status after the code; what the cell has left behind is killed."""
        if self.problem:
            os.close(self.told)
            os.write(1, self.problem.encode())
            return 1
        view = memoryview(code)
        with contextlib.suppress(BrokenPipeError):  # it is gone, which its status tells
            while view:
                view = view[os.write(self.told, view) :]
        os.close(self.told)
        _wait(self.pid)
        _, status = os.waitpid(self.pid, 0)
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)  # never process 1 or the caller
        exit_code = os.waitstatus_to_exitcode(status)
        return 128 - exit_code if exit_code < 0 else exit_code

    def _become(self, reading: int) -> NoReturn:
        os.close(self.told)
        os.setsid()

        def code() -> str:
            with os.fdopen(reading, "rb") as file:
                return file.read().decode("utf-8", "surrogatepass")

        cell(code)


def _wait(pid: int) -> None:
    """Wait for a process to end; end when the host hangs up: nobody waits for this cell."""
    child = os.pidfd_open(pid)
    waiting = select.poll()
    waiting.register(child, select.POLLIN)
    waiting.register(_HOST, 0)
    if child not in dict(waiting.poll()):
        os._exit(0)
    os.close(child)


def main() -> None:
    """Serve until the other end is closed."""
    called("zygote", seen=False)  # no cell may look into this process or change it
    gc.freeze()
    waiting = _Fork()
    os.write(1, b"warm\n")
    pending = b""
    while True:
        while b"\n" not in pending:
            if not (block := os.read(_HOST, 1 << 16)):
                return
            pending += block
        line, _, pending = pending.partition(b"\n")
        wanted = json.loads(line)
        status = waiting.run(wanted["code"].encode("utf-8", "surrogatepass"))
        os.write(1, f"{wanted['mark']} {status}\n".encode())
        waiting = _Fork()


if __name__ == "__main__":
    main()
