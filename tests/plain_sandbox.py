"""A sandbox without isolation, for tests of tools on scripts of our own: real processes and files in one folder."""

import asyncio
import os
import signal
import sys
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from pathlib import Path

from forgecrew.core.command import Command, Result
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.core.signals import TellModel


class PlainSandbox:
    """See ports/sandbox.py."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spec = SandboxSpec("plain", path=os.environ["PATH"])
        self._services: list[PlainService] = []

    async def exec(self, command: Command, on_output: Callable[[bytes], None] | None = None) -> Result:
        started = time.monotonic()
        process = await self._spawn(command)
        reading = asyncio.ensure_future(process.communicate(command.stdin))
        done, _ = await asyncio.wait([reading], timeout=command.timeout_seconds or self.spec.profile.wall_seconds)
        if not done:
            os.killpg(process.pid, signal.SIGKILL)
        output, _ = await reading
        seconds = time.monotonic() - started
        if not done:
            return Result(None, "timeout", output, wall_seconds=seconds)
        return Result(process.returncode, "exit", output, wall_seconds=seconds)

    async def cell(
        self, code: str, *, timeout_seconds: float | None = None, on_output: Callable[[bytes], None] | None = None
    ) -> Result:
        return await self.exec(Command((sys.executable, "-c", code), timeout_seconds=timeout_seconds), on_output)

    async def start(self, command: Command, on_output: Callable[[bytes], None] | None = None) -> "PlainService":
        service = PlainService(await self._spawn(command), command.timeout_seconds)
        self._services.append(service)
        return service

    async def use(self) -> SandboxUse:
        live = sum(service.process.returncode is None for service in self._services)
        return SandboxUse(processes=live, disk_bytes=sum(path.lstat().st_size for path in self.folder.rglob("*")))

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
        for service in self._services:
            await service.stop()

    async def _spawn(self, command: Command) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *command.argv,
            cwd=self.folder / command.cwd,
            env={"PATH": self.spec.path, "HOME": str(self.folder), **dict(self.spec.env), **dict(command.env)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )


class PlainService:
    """See ports/service.py; its ports are those of this machine, so tests take free ones."""

    def __init__(self, process: asyncio.subprocess.Process, timeout_seconds: float | None) -> None:
        self.process = process
        self._log = b""
        self._ending = asyncio.ensure_future(self._whole(timeout_seconds))

    async def connect(self, port: int) -> tuple[StreamReader, StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", port)

    def log(self) -> bytes:
        return self._log

    async def wait(self) -> Result:
        return await asyncio.shield(self._ending)

    async def stop(self) -> Result:
        if not self._ending.done():
            self._kill()
        return await self.wait()

    def _kill(self) -> None:
        if self.process.returncode is None:
            os.killpg(self.process.pid, signal.SIGKILL)

    async def _whole(self, timeout_seconds: float | None) -> Result:
        assert self.process.stdout is not None
        late = asyncio.get_running_loop().call_later(timeout_seconds, self._kill) if timeout_seconds else None
        while block := await self.process.stdout.read(1 << 16):
            self._log += block
        code = await self.process.wait()
        if late is not None:
            late.cancel()
        return Result(code, "exit", self._log) if code >= 0 else Result(None, "killed", self._log)
