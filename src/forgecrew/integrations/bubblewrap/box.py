"""One sandbox: commands in it, files of its workspace, and its end."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import Command, Result, SandboxSpec
from forgecrew.integrations.bubblewrap import argv, files, seccomp
from forgecrew.integrations.bubblewrap.disk import DiskWatch
from forgecrew.integrations.bubblewrap.machine import Machine
from forgecrew.integrations.bubblewrap.record import Record, save
from forgecrew.integrations.bubblewrap.removal import remove_folder
from forgecrew.integrations.bubblewrap.run import Launch, run
from forgecrew.integrations.bubblewrap.tree import Tree

_Line = tuple[list[str], tuple[int, ...], int]


@dataclass(slots=True, eq=False)
class Box:
    """A sandbox at `<folder>/<id>`: spec.json and the workspace. `uid` is None without root."""

    spec: SandboxSpec
    folder: Path
    uid: int | None
    machine: Machine
    scope: str
    trees: set[Tree] = field(default_factory=set[Tree])
    disk: DiskWatch = field(init=False)

    def __post_init__(self) -> None:
        self.disk = DiskWatch(self.workspace, self.spec.profile)

    def make(self) -> None:
        """Make the workspace, which belongs to the sandbox's user alone; what lies above it can only be passed through."""
        self.workspace.mkdir(parents=True, exist_ok=True)
        for passed in (self.folder.parent, self.folder):
            passed.chmod(0o711)
        if self.uid is not None:
            os.chown(self.workspace, self.uid, self.uid)
        self.workspace.chmod(0o700)
        save(self.folder, Record(self.spec, self.uid))

    @property
    def workspace(self) -> Path:
        """The folder that is /workspace inside."""
        return self.folder / "workspace"

    async def exec(self, command: Command, on_output: Callable[[bytes], None] | None = None) -> Result:
        """Run one command to its end; a cancelled call kills the whole tree."""
        if not self.workspace.is_dir():
            raise SandboxUnavailable(f"sandbox {self.spec.id} has been removed; create it again")
        profile = self.spec.profile
        timeout_seconds = min(command.timeout_seconds or profile.wall_seconds, profile.wall_seconds)
        hierarchy = self.machine.hierarchy
        group = hierarchy.group(self.scope, self.spec.id, profile) if hierarchy else None
        with self._line(command, timeout_seconds, group.join_files if group else []) as (line, fds, status_fd):
            launch = Launch(line, fds, status_fd, command.stdin, timeout_seconds, profile.output_bytes, group)
            return await run(launch, self._accompany, on_output)

    async def read(self, path: str, *, bytes_max: int = 1 << 20) -> bytes:
        """A regular file beneath the workspace, links refused. Raises TellModel when absent, too large or not a file."""
        return await asyncio.to_thread(files.read, self.workspace, path, bytes_max)

    async def write(self, path: str, content: bytes) -> None:
        """Replace or make a file beneath the workspace, atomically, with its folders. Raises TellModel when refused."""
        await asyncio.to_thread(files.write, self.workspace, path, content, self.uid)

    async def destroy(self) -> None:
        """Kill what runs and remove everything; twice is fine."""
        for tree in list(self.trees):
            tree.kill("killed")
        await remove_folder(self.folder)

    async def _accompany(self, tree: Tree) -> None:
        self.trees.add(tree)
        try:
            await self.disk.watch(tree)
        finally:
            self.trees.discard(tree)

    @contextlib.contextmanager
    def _line(self, command: Command, timeout_seconds: float, join: list[str]) -> Generator[_Line]:
        """The command line, the descriptors to hand on, and our end of the status pipe; all closed afterwards."""
        with contextlib.ExitStack() as stack:
            keep = [seccomp.filter_fd()] if self.machine.seccomp else []
            seccomp_fd = keep[0] if keep else None
            written = {path: _memory_file(text.encode()) for path, text in argv.ETC_WRITTEN.items()}
            status_fd, told_fd = os.pipe2(os.O_CLOEXEC)
            shown = argv.places(self.spec, self.workspace)
            stage = shown if argv.needs_stage(shown, self.uid) else []
            seen = argv.staged(shown) if stage else shown
            options = argv.bwrap_options(self.spec, seen, command, written, seccomp_fd=seccomp_fd)
            options += ["--json-status-fd", str(told_fd)]
            options_fd = _memory_file("".join(f"{option}\0" for option in options).encode("utf-8", "surrogateescape"))
            handed = (*keep, *written.values(), told_fd, options_fd)
            for fd in (*handed, status_fd):
                stack.callback(os.close, fd)
            memory = self.machine.hierarchy is None or "memory" not in self.machine.hierarchy.folders
            inner = argv.inner_command(command, self.spec.profile, timeout_seconds, memory=memory)
            bwrap = [self.machine.bwrap, "--args", str(options_fd), "--", *inner]
            yield argv.launcher(bwrap, join=join, stage=stage, uid=self.uid), handed, status_fd


def _memory_file(content: bytes) -> int:
    fd = os.memfd_create("forgecrew")
    os.write(fd, content)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd
