"""One command that is kept in a pod: its output gathered, its limits watched, its callers answered."""

import base64
import contextlib
import json
import os
import resource
import select
import socket
import time
from typing import Any

from forgecrew.sandboxing.inside.become import become
from forgecrew.sandboxing.inside.measure import usage
from forgecrew.sandboxing.inside.processes import descendants, end_tree, reap
from forgecrew.sandboxing.inside.stacks import asked, parted, rows

WORKSPACE = os.environ.get("SANDBOX_BASE_DIR", "/workspace")
_HEAD = 2
_TELL_SECONDS, _TOLD_BYTES_MAX = 0.15, 256 << 10
Asked = dict[str, Any]


class Kept:
    """One command: what it printed, what of its limits it passed, how it ended."""

    def __init__(self, request: Asked) -> None:
        self.request = request
        self.head_max = request["output_bytes"] // _HEAD
        self.tail_max = request["output_bytes"] - self.head_max
        self.head, self.tail, self.total = bytearray(), bytearray(), 0
        self.reason: str | None = None
        self.exit_code: int | None = None
        self.where = ""
        self.ended = False
        self.began = self.asked = time.monotonic()
        self.next_disk = self.began + 0.25
        self.parked: list[tuple[socket.socket, int, float, bool]] = []
        self.read_fd, self.write_fd = os.pipe()
        self.pid = 0

    def serve(self, listener: socket.socket) -> None:
        """Start the command and answer until its end has been told."""
        self.pid = os.fork()
        if self.pid == 0:
            listener.close()
            os.close(self.read_fd)
            become(self.request, self.write_fd)
        os.close(self.write_fd)
        while True:
            fds = [listener.fileno(), *([] if self.read_fd < 0 else [self.read_fd])]
            quick = 0.05 if time.monotonic() - self.began < 5 else 0.2
            ready, _, _ = select.select(fds, [], [], quick)
            if self.read_fd in ready:
                self.take()
            if listener.fileno() in ready:
                with contextlib.suppress(OSError, ValueError, KeyError):
                    self.hear(listener.accept()[0])
            if not self.ended:
                self.look()
            told = self.answer()
            if self.ended and (told or time.monotonic() - self.asked > self.request["lease"]):
                return

    def take(self) -> None:
        """Keep the next block."""
        self.keep(self.block())

    def keep(self, block: bytes) -> None:
        """Head and tail within the limit."""
        self.total += len(block)
        room = self.head_max - len(self.head)
        self.head += block[:room]
        self.tail += block[room:] if room > 0 else block
        if len(self.tail) > 4 * self.tail_max + (1 << 16):
            del self.tail[: -self.tail_max]
        flood = self.request["flood_bytes"]
        if flood and self.total - self.request["output_bytes"] > flood:
            self.end("output")

    def block(self) -> bytes:
        """What it printed next; empty at the end."""
        block = os.read(self.read_fd, 1 << 18)
        if not block:
            os.close(self.read_fd)
            self.read_fd = -1
        return block

    def hear(self, caller: socket.socket) -> None:
        """One request: to be told of news, or to end the command."""
        self.asked = time.monotonic()
        caller.settimeout(5)
        line = b""
        while not line.endswith(b"\n"):
            line += caller.recv(4096) or b"\n"
        wanted = json.loads(line)
        if wanted["do"] == "kill" and not self.ended:
            self.end(wanted["reason"])
        self.parked.append((caller, wanted["have"], time.monotonic() + wanted["wait"], wanted["do"] == "poll"))

    def answer(self) -> bool:
        """Answer who has waited for what is there now; true when an end was told."""
        told, now = False, time.monotonic()
        for one in list(self.parked):
            caller, have, until, polls = one
            if not (self.ended or len(self.head) > have or now > until):
                continue
            self.parked.remove(one)
            self.asked = now
            tail = bytes(self.tail[-self.tail_max :]) if self.tail_max else b""
            news = {
                "head": _text(bytes(self.head[have:])), "tail": _text(tail), "total": self.total, "ended": self.ended,
                "reason": self.reason, "exit_code": self.exit_code, "where": self.where,
                "wall": now - self.began, **(_used() if self.ended else {}),
            }  # fmt: skip
            with contextlib.suppress(OSError), caller:
                caller.settimeout(30)
                caller.sendall(json.dumps(news).encode())
                told = told or (self.ended and polls)
        return told

    def look(self) -> None:
        """Reap, and see whether a limit was passed."""
        now = time.monotonic()
        status = reap(self.pid)
        if status is not None:
            code = os.waitstatus_to_exitcode(status)
            self.exit_code = 128 - code if code < 0 else code
            self.end(None)
        elif self.request["timeout"] and now - self.began > self.request["timeout"]:
            self.cut_off()
        elif now - self.asked > self.request["lease"] and not self.parked:
            self.end("killed")
        elif len(descendants()) > self.request["pids"]:
            self.end("pids")
        elif now > self.next_disk:
            used, files = usage(WORKSPACE)
            if used > self.request["disk_bytes"] or files > self.request["inodes"]:
                self.end("disk")
            self.next_disk = time.monotonic() + 0.25 + 9 * (time.monotonic() - now)

    def cut_off(self) -> None:
        """End it for its time, after a look at where it is: those that tell their stack are aborted for that."""
        pids, said = descendants(), b""
        told = rows(pids)
        if asked(pids):
            until = time.monotonic() + _TELL_SECONDS
            while len(said) < _TOLD_BYTES_MAX and self.read_fd >= 0:
                left = max(until - time.monotonic(), 0)
                if not select.select([self.read_fd], [], [], left)[0] or not (block := self.block()):
                    break
                said += block
        before, stacks = parted(said)
        self.keep(before)
        self.where = "\n".join([*told, *stacks])
        self.end("timeout")

    def end(self, reason: str | None) -> None:
        """Kill all of it, take what it still printed, and remember why."""
        if self.ended:
            return
        self.reason, self.ended = reason, True
        if reason:
            self.exit_code = None
        end_tree()
        while self.read_fd >= 0 and select.select([self.read_fd], [], [], 0.2)[0] and reason != "output":
            self.take()


def _used() -> Asked:
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"cpu": own.ru_utime + own.ru_stime, "peak": own.ru_maxrss << 10}


def _text(block: bytes) -> str:
    return base64.b64encode(block).decode()
