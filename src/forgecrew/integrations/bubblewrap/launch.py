"""Turns a command into what has to be started: the line, the descriptors handed on, and the pipe on which bwrap reports."""

import contextlib
import os
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from pathlib import Path

from forgecrew.core.command import Command
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.integrations.bubblewrap import argv, seccomp
from forgecrew.integrations.bubblewrap.userns import held


@dataclass(frozen=True, slots=True)
class Launch:
    """What to start. `status_fd` is our end of the pipe on which bwrap tells how it went."""

    line: Sequence[str]
    fds: tuple[int, ...]
    status_fd: int
    stdin: bytes
    timeout_seconds: float
    output_bytes: int


@dataclass(frozen=True, slots=True)
class Means:
    """What a launch uses of the machine. `join` are the files of control groups; without a memory group RLIMIT_AS is set."""

    bwrap: str
    uid: int | None
    seccomp: bool
    join: Sequence[str] = ()
    memory_group: bool = False


@contextlib.asynccontextmanager
async def prepared(spec: SandboxSpec, workspace: Path, command: Command, means: Means) -> AsyncGenerator[Launch]:
    """A launch whose descriptors are closed afterwards."""
    profile = spec.profile
    timeout_seconds = min(command.timeout_seconds or profile.wall_seconds, profile.wall_seconds)
    shown = argv.places(spec, workspace)
    async with contextlib.AsyncExitStack() as stack:

        def owned(fd: int) -> int:
            stack.callback(os.close, fd)
            return fd

        written = {path: owned(_memory_file(text.encode())) for path, text in argv.ETC_WRITTEN.items()}
        filters = [owned(_memory_file(seccomp.program()))] if means.seccomp else []
        status_fd, told_fd = (owned(fd) for fd in os.pipe2(os.O_CLOEXEC))
        stage, holder = [], None
        if means.uid is not None and argv.needs_stage(shown, means.uid):
            Path(argv.STAGE).mkdir(exist_ok=True)
            holder = await stack.enter_async_context(held(means.uid))
            stage, shown = shown, argv.staged(shown)
        options = argv.bwrap_options(spec, shown, command, written, seccomp_fd=filters[0] if filters else None)
        options += ["--json-status-fd", str(told_fd)]
        options_fd = owned(_memory_file(b"".join(os.fsencode(option) + b"\0" for option in options)))
        inner = argv.inner_command(command, profile, timeout_seconds, memory=not means.memory_group)
        bwrap = [means.bwrap, "--args", str(options_fd), "--", *inner]
        line = argv.launcher(bwrap, join=means.join, stage=stage, uid=means.uid, holder=holder)
        fds = (*written.values(), *filters, told_fd, options_fd)
        yield Launch(line, fds, status_fd, command.stdin, timeout_seconds, profile.output_bytes)


def _memory_file(content: bytes) -> int:
    fd = os.memfd_create("forgecrew")
    os.write(fd, content)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd
