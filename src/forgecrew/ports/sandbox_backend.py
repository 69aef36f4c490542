"""What makes sandboxes on this machine.

A module `integrations/<name>/sandbox.py` offers `backend(folder: Path, **options) -> SandboxBackend`; its `OPTIONS`, when it
has them, names the settings of section [sandbox] that it takes.
"""

from collections.abc import Sequence
from typing import Protocol

from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_capabilities import SandboxCapabilities
from forgecrew.ports.sandbox import Sandbox


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

    async def reap(self, keep: Sequence[str] | None) -> Sequence[str]:
        """Kill and remove what is not in keep, None keeps all; clear away what dead controllers left. Gives the ids removed."""
        ...
