"""One container from start to end: the engine's client that holds it, its three streams, its process 1."""

import asyncio
import contextlib
import itertools
import os
import shutil
import signal
from pathlib import Path

from forgecrew.core.command import Reason
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import Profile
from forgecrew.integrations.podman.arguments import Plan
from forgecrew.integrations.podman.counters import groups_of, process_one
from forgecrew.integrations.podman.given import given_files, words_of
from forgecrew.integrations.podman.names import container_name
from forgecrew.sandboxing.pipes import Pipe

_START_SECONDS = 60.0
_END_SECONDS = 5.0
_numbers = itertools.count()


class Container:
    """Whoever starts it calls `end`. `words` are told by the launcher: `ready`, `end <status>`."""

    def __init__(self, plan: Plan, profile: Profile, *, gate: bool) -> None:
        self.plan = plan
        self.name = container_name(plan.scope, plan.spec.id, next(_numbers))
        self.files = given_files(plan)
        self.reason: Reason | None = None
        self.groups: dict[str, Path] = {}
        self.pid = 0
        self._line = words_of(plan, profile, self.name, self.files, gate=gate)
        self._process: asyncio.subprocess.Process | None = None
        self._finding: asyncio.Task[None] | None = None
        self._said = b""
        self._pipes: tuple[Pipe, ...] = ()

    async def start(self) -> None:
        """Start it and wait for its launcher. Raises SandboxUnavailable with what the engine says."""
        theirs_in, ours_in = os.pipe2(os.O_CLOEXEC)
        ours_out, theirs_out = os.pipe2(os.O_CLOEXEC)
        ours_err, theirs_err = os.pipe2(os.O_CLOEXEC)
        self._pipes = self.stdin, self.stdout, self._stderr = Pipe(ours_in), Pipe(ours_out), Pipe(ours_err)
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._line, stdin=theirs_in, stdout=theirs_out, stderr=theirs_err, start_new_session=True,
                cwd=self.files,  # conmon leaves a file named oom where the engine was started
            )  # fmt: skip
        finally:
            for fd in (theirs_in, theirs_out, theirs_err):
                os.close(fd)
        try:
            async with asyncio.timeout(_START_SECONDS):
                ready = await self.word() == "ready"
        except TimeoutError:
            ready = False
        if not ready:
            said = (self._said or await self.stdout.read()).decode("utf-8", "replace").strip()[-400:]
            raise SandboxUnavailable(f"the sandbox did not start: {said or 'no message'}; `forgecrew doctor` tells more")
        self._finding = asyncio.ensure_future(self._find())
        if not self.plan.engine.service:
            await asyncio.shield(self._finding)

    async def found(self) -> dict[str, Path]:
        """Its control groups; nothing where they cannot be told."""
        if self._finding is not None:
            await asyncio.shield(self._finding)
        return self.groups

    async def word(self) -> str:
        """The next word of the launcher; empty at its end. What else is said there is kept for a message."""
        while True:
            while b"\n" in self._said:
                line, _, self._said = self._said.partition(b"\n")
                if line == b"ready" or line.startswith(b"end "):
                    return line.decode()
                if b"rror" in line:
                    self._said = line
                    return ""
            if not (block := await self._stderr.read()):
                return ""
            self._said = (self._said + block)[-(1 << 16) :]

    def kill(self, reason: Reason) -> None:
        """Kill process 1, with which the kernel kills all the others; does not wait. The first reason counts."""
        self.reason = self.reason or reason
        self.stdin.close()  # the launcher kills, too, when its input ends
        if self.pid and groups_of(self.pid, self._id()):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(self.pid, signal.SIGKILL)

    @property
    def status(self) -> int | None:
        """With what the engine's client ended."""
        return self._process.returncode if self._process else None

    def alive(self) -> bool:
        """Whether the engine's client still holds it."""
        return self._process is not None and self._process.returncode is None

    async def end(self) -> None:
        """Wait until it is gone; kill what lingers."""
        if self._finding is not None:
            await self._finding
            if self.reason:
                self.kill(self.reason)
        if self._process is not None:
            self.stdin.close()
            drained = [asyncio.ensure_future(_drain(pipe)) for pipe in (self.stdout, self._stderr)]
            if not await self._gone(_END_SECONDS):
                await self.plan.engine.call("kill", "--signal=KILL", self.name)
                await self._gone(_END_SECONDS)
            if self.alive():
                self._process.kill()
                await self._process.wait()
                await self.plan.engine.call("rm", "--force", self.name)
            for task in drained:
                task.cancel()
        for pipe in self._pipes:
            pipe.close()
        await asyncio.to_thread(shutil.rmtree, self.files, ignore_errors=True)

    async def _gone(self, seconds: float) -> bool:
        assert self._process is not None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._process.wait()
        return not self.alive()

    async def _find(self) -> None:
        """Learn the number of its process 1 and, by that, its control groups; without them it has no counters."""
        with contextlib.suppress(OSError, ValueError):
            if self.plan.engine.service:
                pid = process_one(self._id()) or await self._told_pid()
            else:
                pid = int((self.files / "pid").read_text())
            self.pid, self.groups = pid, groups_of(pid, self._id())

    async def _told_pid(self) -> int:
        _, said = await self.plan.engine.call("inspect", "--format", "{{.State.Pid}}", self.name)
        return int(said.split()[-1]) if said else 0

    def _id(self) -> str:
        with contextlib.suppress(OSError):
            return (self.files / "cid").read_text().strip()
        return ""


async def _drain(pipe: Pipe) -> None:
    while await pipe.read(1 << 20):
        pass
