"""What a case of abuse is, and the ground on which it is tried: a sandbox with narrow bounds, and secrets of the host."""

import asyncio
import itertools
import os
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from forgecrew.core.command import Command, Result
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.core.sandbox_capabilities import SandboxCapabilities
from forgecrew.integrations.bubblewrap.sandbox import Backend
from forgecrew.sandboxing.box import Box

SECRET = "s3cr3t-of-the-host"
NARROW = Profile(
    name="narrow", memory_bytes=128 << 20, cpu=0.5, pids=48, wall_seconds=8, output_bytes=256 << 10, disk_bytes=96 << 20,
    file_bytes=32 << 20, open_files=256,
)  # fmt: skip


@dataclass(slots=True)
class Field:
    """A fresh sandbox per case; `secret` is a file of the host that everybody there may read."""

    backend: Backend
    known: SandboxCapabilities
    secret: Path
    box: Box
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def sh(self, script: str, seconds: float | None = None) -> Result:
        return await self.box.exec(Command(("bash", "-c", script), timeout_seconds=seconds))

    async def py(self, code: str, seconds: float | None = None) -> Result:
        return await self.box.exec(Command(("python3", "-I", "-c", code), timeout_seconds=seconds))

    async def another(self) -> Box:
        return await self.backend.create(SandboxSpec(f"other-{next(self.numbers)}", profile=NARROW))


@dataclass(frozen=True, slots=True)
class Case:
    """`gap` is the word with which a gap begins that would own up to this case; empty when none may."""

    name: str
    contained: Callable[[Field], Awaitable[bool]]
    gap: str = ""


def marker() -> str:
    """Seconds to sleep that no other process sleeps."""
    return f"{1000 + secrets.randbelow(9_000_000)}.{secrets.randbelow(10_000_000)}"


def running(word: str) -> int:
    """How many live processes have a word on their command line."""
    found = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = Path(entry.path, "cmdline").read_bytes()
                state = Path(entry.path, "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            found += word.encode() in line and state != "Z"
    return found


async def gone(word: str) -> bool:
    """Whether nothing with that word runs, now or within a second."""
    for _ in range(100):
        if not running(word):
            return True
        await asyncio.sleep(0.01)
    return False
