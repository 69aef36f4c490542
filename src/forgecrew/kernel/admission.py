"""Room on this machine: a command begins when what all running commands may use together fits, the others wait their turn.

Who runs and who waits stands in a folder that all workers of this machine share: one file per command, held by flock. The
kernel lets go of it when a process dies, however it dies; a file that nobody holds is swept. Nothing is asked of a database.
"""

import asyncio
import contextlib
import fcntl
import os
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterable
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.ids import new_id
from forgecrew.kernel.host_memory import HostMemory, host_memory

SHARE_OF_MEMORY = 1.5
"""The bounds of all that runs may exceed the memory by this: few commands use what they may."""
FREE_SHARE_MIN = 0.15
WAITING_MAX = 500
WAIT_SECONDS_MAX = 600.0
LOOK_SECONDS = 0.05


@dataclass(slots=True)
class Admission:
    """`folder` is shared by all workers of one machine; `memory` tells what the machine has.

    What is of a `kind` of its own waits in a queue of its own and holds at most `share` of the memory, so that what stays for
    long leaves room for what comes and goes.
    """

    folder: Path
    memory: Callable[[], HostMemory] = host_memory
    wait_seconds: float = WAIT_SECONDS_MAX
    waiting_max: int = WAITING_MAX
    kind: str = ""
    share: float = SHARE_OF_MEMORY

    @asynccontextmanager
    async def room(
        self, memory_bytes: int, rank: int = 0, *, on_wait: Callable[[], None] | None = None
    ) -> AsyncGenerator[None]:
        """Room for a command that may use so much memory; given back at the end of the block.

        Smaller ranks go first, equal ones in their order. Raises SandboxUnavailable when too many wait, or for too long.
        """
        held = await self.enter(memory_bytes, rank, on_wait=on_wait)
        try:
            yield
        finally:
            held.leave()

    async def enter(self, memory_bytes: int, rank: int = 0, *, on_wait: Callable[[], None] | None = None) -> "Held":
        """As `room`, for what does not end with a block: the caller calls leave()."""
        mib = -(-memory_bytes // (1 << 20))
        ticket: Held | None = None
        deadline = time.monotonic() + self.wait_seconds
        try:
            while True:
                with self._alone() as mine:
                    problem = self._problem(mib, ticket) if mine else "others look for room at this moment"
                    if not problem:
                        return Held.make(self.folder, f"run-{mib}-{self.kind}{new_id()}")
                    if mine and ticket is None:
                        ticket = self._queue(rank)
                        if on_wait is not None:
                            on_wait()
                if time.monotonic() > deadline:
                    raise SandboxUnavailable(f"no room for a command within {self.wait_seconds:.0f} s: {problem}")
                await asyncio.sleep(LOOK_SECONDS if mine else LOOK_SECONDS / 10)
        finally:
            if ticket is not None:
                ticket.leave()

    def _problem(self, mib: int, ticket: "Held | None") -> str:
        """Why a command may not begin now; empty when it may. One alone may have bounds of any size."""
        running, waiting = self._live("run-"), self._live(f"{self.kind}wait-")
        first = min(waiting, default="")
        if first and (ticket is None or ticket.name != first):
            return f"{len(waiting)} commands wait before it"
        memory = self.memory()
        machine_mib = memory.total_bytes / (1 << 20)
        alike = [name for name in running if name.split("-")[2].startswith(self.kind)] if self.kind else []
        if alike and _sum(alike) + mib > self.share * machine_mib:
            return f"{len(alike)} of them have the part of this machine's memory that is for them"
        if running and _sum(running) + mib > SHARE_OF_MEMORY * machine_mib:
            return f"{len(running)} commands that run have this machine's memory; lower sandbox.profiles or work.parallel"
        if memory.free_share < FREE_SHARE_MIN:
            return f"only {memory.free_share:.0%} of this machine's memory is free; end what does not need to run on it"
        return ""

    def _queue(self, rank: int) -> "Held":
        waiting = len(self._live(f"{self.kind}wait-"))
        if waiting >= self.waiting_max:
            raise SandboxUnavailable(f"{waiting} commands wait for room on this machine already: it is given too much to do")
        return Held.make(self.folder, f"{self.kind}wait-{min(max(rank, 0), 9)}-{time.time_ns():020}-{new_id()}")

    def _live(self, prefix: str) -> list[str]:
        """Names of the files that somebody holds; the others are removed."""
        names: list[str] = []
        for path in self.folder.glob(f"{prefix}*"):
            if _free(path):
                path.unlink(missing_ok=True)
            else:
                names.append(path.name)
        return names

    @contextmanager
    def _alone(self) -> Generator[bool]:
        """Alone at the folder for a moment; False, without waiting, when somebody else is: the loop has other things to do."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.folder / "door", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield _locked(descriptor)
        finally:
            os.close(descriptor)


@dataclass(slots=True)
class Held:
    """A file that this process holds until leave(), or until it dies."""

    path: Path
    descriptor: int

    @classmethod
    def make(cls, folder: Path, name: str) -> "Held":
        """A new one."""
        path = folder / name
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return cls(path, descriptor)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def leave(self) -> None:
        """Let go; twice is fine."""
        if self.descriptor >= 0:
            self.path.unlink(missing_ok=True)
            os.close(self.descriptor)
            self.descriptor = -1


def _sum(running: Iterable[str]) -> int:
    return sum(int(name.split("-")[1]) for name in running)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _free(path: Path) -> bool:
    """Whether nobody holds a file; gone ones are free."""
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(path, os.O_RDWR)
        try:
            return _locked(descriptor)
        finally:
            os.close(descriptor)
    return True
