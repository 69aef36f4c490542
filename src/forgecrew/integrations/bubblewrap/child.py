"""A process that we started: by posix_spawn, waited for by its pidfd, its pipes read and written without a thread."""

import asyncio
import contextlib
import fcntl
import os
import signal
from collections.abc import Mapping

from forgecrew.sandboxing.pipes import Pipe, Watched

_FIRST_OWN_FD = 64  # above every number that a child is given, so that none overwrites another
_ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"}


class Child:
    """One process. Whoever starts it also waits for it or calls `abandon`."""

    def __init__(self, pid: int, stdin: int, stdout: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._stdin, self._stdout = Pipe(stdin), Pipe(stdout)
        self._pidfd = Watched(os.pidfd_open(pid))
        self._exited: asyncio.Future[None] | None = None

    async def read(self, bytes_max: int = 1 << 16) -> bytes:
        """What it printed next; empty at the end."""
        return await self._stdout.read(bytes_max)

    async def write(self, content: bytes) -> None:
        """More of its standard input; a child that does not read it to the end is fine."""
        await self._stdin.write(content)

    async def feed(self, content: bytes) -> None:
        """Its whole standard input."""
        await self._stdin.write(content)
        self._stdin.close()

    async def wait(self) -> int:
        """Its status: negative when a signal ended it."""
        if self.returncode is None:
            if self._exited is None:
                self._exited = asyncio.ensure_future(self._pidfd.ready())
            await asyncio.shield(self._exited)
            self._reap()
        return self.returncode or 0

    def alive(self) -> bool:
        """Whether it has not ended yet."""
        if self.returncode is not None:
            return False
        try:
            return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        except ChildProcessError:
            return False

    def kill(self) -> None:
        """SIGKILL to this process alone."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Close our ends of its pipes."""
        self._stdin.close()
        self._stdout.close()
        self._pidfd.close()

    def abandon(self) -> None:
        """Kill it where it still runs, reap it and close everything; blocks for the moment that takes."""
        if self.returncode is None:
            self.kill()
            self._reap()
        self.close()

    def _reap(self) -> None:
        if self.returncode is None:
            try:
                self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            except ChildProcessError:  # somebody else in this process waits for every child
                self.returncode = -signal.SIGKILL


def spawn(line: list[str], fds: Mapping[int, int]) -> Child:
    """Start a program given by its full path. `fds` maps a descriptor of the child to one of ours; 0 to 2 are pipes."""
    stdin_theirs, stdin_ours = os.pipe2(os.O_CLOEXEC)
    stdout_ours, stdout_theirs = os.pipe2(os.O_CLOEXEC)
    wanted = {**fds}
    wanted.setdefault(0, stdin_theirs)
    wanted.update({1: stdout_theirs, 2: stdout_theirs})
    moved = {target: fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _FIRST_OWN_FD) for target, fd in wanted.items()}
    try:
        pid = os.posix_spawn(
            line[0], line, _ENVIRONMENT, setsid=True, setsigmask=(), setsigdef=(signal.SIGPIPE, signal.SIGXFSZ),
            file_actions=[
                *((os.POSIX_SPAWN_CLOSE, fd) for fd in _inheritable() if fd not in moved),
                *((os.POSIX_SPAWN_DUP2, fd, target) for target, fd in moved.items()),
            ],
        )  # fmt: skip
    except BaseException:  # whatever went wrong, nothing stays open
        for fd in (stdin_ours, stdout_ours):
            os.close(fd)
        raise
    finally:
        for fd in (*moved.values(), stdin_theirs, stdout_theirs):
            os.close(fd)
    return Child(pid, stdin_ours, stdout_ours)


def memory_file(content: bytes = b"") -> int:
    """A descriptor of a file in memory that holds `content`, at its beginning."""
    fd = os.memfd_create("forgecrew")
    fill(fd, content)
    return fd


def fill(fd: int, content: bytes) -> None:
    """Write a memory file that others hold already; they find it at its beginning."""
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]
    os.lseek(fd, 0, os.SEEK_SET)


def _inheritable() -> list[int]:
    """Descriptors that a new process would get unasked, such as those that this one was started with."""
    found: list[int] = []
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # the one of this listing is closed already
            if not fcntl.fcntl(int(name), fcntl.F_GETFD) & fcntl.FD_CLOEXEC:
                found.append(int(name))
    return found
