"""Runs inside a pod, given to `python3 -c`: keeps one command with its limits.

It imports nothing of this project. The argument is a request in base64 of JSON; the answer is a line of JSON. A command is kept
by a process of its own that listens at a socket, since an answer of the pod's server ends with what it started: it gathers the
output, watches the limits, and kills the whole tree at the end, when it is told to, or when nobody has asked for a while.
"""

import base64
import contextlib
import ctypes
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
import threading
import time
import traceback
import types
from typing import Any, NoReturn

BASE = os.environ.get("SANDBOX_BASE_DIR", "/workspace")
PLACE = "/tmp/.forgecrew"  # noqa: S108 - inside the pod, a volume of its own
HEAD = 2
_SET_DUMPABLE, _SET_CHILD_SUBREAPER = 4, 36
_libc = ctypes.CDLL(None)
Request = dict[str, Any]


class Kept:
    """One command: what it printed, what of its limits it passed, how it ended."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.head_max = request["output_bytes"] // HEAD
        self.tail_max = request["output_bytes"] - self.head_max
        self.head, self.tail, self.total = bytearray(), bytearray(), 0
        self.reason: str | None = None
        self.exit_code: int | None = None
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
            _become(self.request, self.write_fd)
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
        """Keep the next block: head and tail within the limit."""
        block = os.read(self.read_fd, 1 << 18)
        if not block:
            os.close(self.read_fd)
            self.read_fd = -1
            return
        self.total += len(block)
        room = self.head_max - len(self.head)
        self.head += block[:room]
        self.tail += block[room:] if room > 0 else block
        if len(self.tail) > 4 * self.tail_max + (1 << 16):
            del self.tail[: -self.tail_max]
        flood = self.request["flood_bytes"]
        if flood and self.total - self.request["output_bytes"] > flood:
            self.end("output")

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
                "reason": self.reason, "exit_code": self.exit_code, "wall": now - self.began, **(_used() if self.ended else {}),
            }  # fmt: skip
            with contextlib.suppress(OSError), caller:
                caller.settimeout(30)
                caller.sendall(json.dumps(news).encode())
                told = told or (self.ended and polls)
        return told

    def look(self) -> None:
        """Reap, and see whether a limit was passed."""
        now = time.monotonic()
        status = _reap(self.pid)
        if status is not None:
            code = os.waitstatus_to_exitcode(status)
            self.exit_code = 128 - code if code < 0 else code
            self.end(None)
        elif self.request["timeout"] and now - self.began > self.request["timeout"]:
            self.end("timeout")
        elif now - self.asked > self.request["lease"] and not self.parked:
            self.end("killed")
        elif len(descendants()) > self.request["pids"]:
            self.end("pids")
        elif now > self.next_disk:
            used, files = usage(BASE)
            if used > self.request["disk_bytes"] or files > self.request["inodes"]:
                self.end("disk")
            self.next_disk = time.monotonic() + 0.25 + 9 * (time.monotonic() - now)

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


def _become(request: Request, output: int) -> NoReturn:
    """The command itself, in the child."""
    os.setsid()
    stdin = os.open(request["stdin"] or os.devnull, os.O_RDONLY)
    if request["stdin"]:
        os.unlink(request["stdin"])
    for fd, target in ((stdin, 0), (output, 1), (output, 2)):
        os.dup2(fd, target)
    os.closerange(3, 256)
    _libc.prctl(_SET_DUMPABLE, 1, 0, 0, 0)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    env = request["env"]
    try:
        os.makedirs(env["HOME"], exist_ok=True)
        os.chdir(os.path.join(BASE, request["cwd"]))
        for name, value in request["limits"].items():
            kind = getattr(resource, name)
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (value, value))
        if request["code"] is None:
            os.execvpe(request["argv"][0], request["argv"], env)  # noqa: S606 - no shell is wanted
    except OSError as error:
        os.write(2, f"{request['argv'][0] if request['argv'] else 'cell'}: {error}\n".encode())
        os._exit(127)
    os.environ.clear()
    os.environ.update(env)
    _cell(request["code"])


def _cell(code_file: str) -> NoReturn:
    with open(code_file) as file:
        code = file.read()
    os.unlink(code_file)
    import atexit
    import linecache

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


def descendants() -> list[int]:
    """Live processes that come from this one."""
    parents: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat") as file:
                words = file.read().rpartition(")")[2].split()
                if words[0] != "Z":
                    parents.setdefault(int(words[1]), []).append(int(name))
    found: list[int] = []
    line = [os.getpid()]
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
        _reap(0)
        time.sleep(0.005)
    _reap(0)


def _reap(wanted: int) -> int | None:
    found = None
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            found = status if pid == wanted else found
    return found


def usage(folder: str) -> tuple[int, int]:
    """Bytes on the disk and entries of a folder; step by step, since a path may be longer than any name can say."""
    used = entries = 0
    left: list[list[str]] = [["."]]
    os.chdir(folder)
    while left:
        if not left[-1]:
            left.pop()
            os.chdir("..")
            continue
        with contextlib.suppress(OSError):
            os.chdir(left[-1].pop())
            left.append([])
            for one in os.scandir("."):
                with contextlib.suppress(OSError):
                    used += one.stat(follow_symlinks=False).st_blocks * 512
                    entries += 1
                    if one.is_dir(follow_symlinks=False):
                        left[-1].append(one.name)
    os.chdir("/")
    return used, entries


def _used() -> Request:
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"cpu": own.ru_utime + own.ru_stime, "peak": own.ru_maxrss << 10}


def _text(block: bytes) -> str:
    return base64.b64encode(block).decode()


def run(request: Request) -> Request:
    """Start a keeper and be its first caller."""
    if request["code"] is not None and shutil.which("python3", path=request["env"]["PATH"]) is None:
        return {"refused": "there is no python3 on the PATH of the sandbox"}
    os.makedirs(PLACE, mode=0o700, exist_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{PLACE}/{request['token']}")
    listener.listen(16)
    if os.fork() == 0:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for fd in range(3):
            os.dup2(nothing, fd)
        _libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        _libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
        try:
            Kept(request).serve(listener)
        finally:
            os.unlink(f"{PLACE}/{request['token']}")
            os._exit(0)
    listener.close()
    return ask({**request, "do": "poll", "have": 0})


def ask(request: Request) -> Request:
    """Ask a keeper for news, or to end its command."""
    with socket.socket(socket.AF_UNIX) as keeper:
        keeper.settimeout(request["wait"] + 30)
        try:
            keeper.connect(f"{PLACE}/{request['token']}")
            wanted = {name: request.get(name) for name in ("do", "have", "wait", "reason")}
            keeper.sendall(json.dumps(wanted).encode() + b"\n")
            answer = b""
            while block := keeper.recv(1 << 20):
                answer += block
        except OSError:
            answer = b""
    return json.loads(answer) if answer else {"lost": True}


def main() -> None:
    """Do what is asked."""
    request: Request = json.loads(base64.b64decode(sys.argv[1]))
    with open("/proc/self/stat") as file:
        words = file.read().rpartition(")")[2].split()
    begin, end = int(words[45]), int(words[46])
    if 0 < begin < end:
        ctypes.memset(begin, 0, end - begin)  # other commands see command lines
    does = {"run": run, "poll": ask, "kill": ask}
    sys.stdout.write(json.dumps(does[request["do"]](request)) + "\n")


if __name__ == "__main__":
    main()
