"""Isolation for everything that a model wrote or caused."""

from collections.abc import Callable
from typing import Protocol

from forgecrew.core.command import Command, Result
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.ports.service import Service


class Sandbox(Protocol):
    """A workspace that persists between commands; processes do not."""

    spec: SandboxSpec

    async def exec(self, command: Command, on_output: Callable[[bytes], None] | None = None) -> Result:
        """Run one command to its end; a cancelled call kills the whole tree."""
        ...

    async def cell(
        self, code: str, *, timeout_seconds: float | None = None, on_output: Callable[[bytes], None] | None = None
    ) -> Result:
        """Run Python in an interpreter that is warm already, with the limits of a command.

        Every cell begins anew: files persist, variables and processes do not. Raises SandboxUnavailable without a python3.
        """
        ...

    async def start(self, command: Command, on_output: Callable[[bytes], None] | None = None) -> Service:
        """Start a command that goes on; its timeout, when it has one, is its time to live, the profile's is not applied."""
        ...

    async def use(self) -> SandboxUse:
        """What it uses now."""
        ...

    async def read(self, path: str, *, bytes_max: int = 1 << 20) -> bytes:
        """A regular file beneath the workspace, links refused. Raises TellModel when absent, too large or not a file."""
        ...

    async def write(self, path: str, content: bytes) -> None:
        """Replace or make a file beneath the workspace, atomically, with its folders. Raises TellModel when refused."""
        ...

    async def destroy(self) -> None:
        """Remove everything; twice is fine."""
        ...
