"""What a backend has to offer of the place where the commands of one sandbox begin."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from forgecrew.core.sandbox import SandboxSpec
from forgecrew.sandboxing.begun import Begun
from forgecrew.sandboxing.wish import Wish


class Ground(Protocol):
    """Where the commands of one sandbox begin."""

    @property
    def spec(self) -> SandboxSpec:
        """What it was made from."""
        ...

    @property
    def workspace(self) -> Path:
        """The folder that is /workspace inside."""
        ...

    @property
    def uid(self) -> int | None:
        """The host's user id that its commands have; None where it is our own."""
        ...

    @property
    def quota(self) -> bool:
        """Whether the kernel bounds what the workspace holds."""
        ...

    def check(self) -> None:
        """Raises SandboxUnavailable where its files cannot be had."""
        ...

    def begin(self, wish: Wish) -> AbstractAsyncContextManager[Begun]:
        """The command, begun; the block ends after its `end`. Raises SandboxUnavailable."""
        ...

    async def forget(self) -> None:
        """End what waits for commands."""
        ...

    async def remove(self) -> None:
        """Remove its files; twice is fine."""
        ...
