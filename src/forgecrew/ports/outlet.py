"""One sandbox's way out, as whoever makes the sandbox sees it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from forgecrew.core.egress_decision import EgressDecision
from forgecrew.core.sandbox import Door

OpenOutlet = Callable[[str, Sequence[str]], Awaitable["Outlet | None"]]
"""Opens the outlet of a sandbox by its id; given also what its repository asks for."""


class Outlet(Protocol):
    """One sandbox's way out: `doors`, `env` and `mounts` go into its SandboxSpec."""

    doors: tuple[Door, ...]
    env: tuple[tuple[str, str], ...]
    mounts: tuple[str, ...]

    def refused(self, since: int = 0) -> Sequence[EgressDecision]:
        """What was refused, oldest first, without the first `since`."""
        ...

    async def close(self) -> None:
        """Close it with everything that goes through it; twice is fine."""
        ...
