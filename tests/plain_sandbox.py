"""A sandbox without isolation, for tests of tools on scripts of our own: real processes and files in one folder."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from forgecrew.core.command import Command, Result
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.signals import TellModel


class PlainSandbox:
    """See ports/sandbox.py."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spec = SandboxSpec("plain", path=os.environ["PATH"])

    async def exec(self, command: Command, on_output: Callable[[bytes], None] | None = None) -> Result:
        started = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *command.argv,
            cwd=self.folder / command.cwd,
            env={"PATH": self.spec.path, "HOME": str(self.folder), **dict(command.env)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        reading = asyncio.ensure_future(process.communicate())
        done, _ = await asyncio.wait([reading], timeout=command.timeout_seconds or self.spec.profile.wall_seconds)
        if not done:
            os.killpg(process.pid, signal.SIGKILL)
        output, _ = await reading
        seconds = time.monotonic() - started
        if not done:
            return Result(None, "timeout", output, wall_seconds=seconds)
        return Result(process.returncode, "exit", output, wall_seconds=seconds)

    async def read(self, path: str, *, bytes_max: int = 1 << 20) -> bytes:
        found = self.folder / path
        if not found.is_file():
            raise TellModel(f"{path}: there is no such file")
        content = found.read_bytes()
        if len(content) > bytes_max:
            raise TellModel(f"{path}: too large")
        return content

    async def write(self, path: str, content: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    async def destroy(self) -> None:
        """The folder belongs to the test."""
