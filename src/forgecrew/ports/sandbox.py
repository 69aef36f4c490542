"""Isolation for everything that a model wrote or caused.

A module `integrations/<name>/sandbox.py` offers `backend(folder: Path) -> SandboxBackend`.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from forgecrew.core.command import Command, Result
from forgecrew.core.sandbox import SandboxCapabilities, SandboxSpec


class Sandbox(Protocol):
    """A workspace that persists between commands; processes do not."""

    spec: SandboxSpec

    async def exec(self, command: Command, on_output: Callable[[bytes], None] | None = None) -> Result:
        """Run one command to its end; a cancelled call kills the whole tree."""
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


class SandboxBackend(Protocol):
    """Makes sandboxes on this machine."""

    async def probe(self) -> SandboxCapabilities:
        """What is enforced here. Raises SandboxUnavailable, with the way to mend it, where no sandbox can be made."""
        ...

    async def create(self, spec: SandboxSpec) -> Sandbox:
        """Make it, or give the one that is already there."""
        ...

    async def attach(self, id: str) -> Sandbox | None:
        """The sandbox of that id, if its workspace is still here."""
        ...

    async def list(self) -> Sequence[SandboxSpec]:
        """What is here."""
        ...

    async def reap(self, keep: Sequence[str]) -> Sequence[str]:
        """Kill and remove what is not in keep; gives back the ids removed."""
        ...
