"""The way out of a sandbox that has no network of its own: through a proxy of ours, to what a policy allows.

A module `integrations/<name>/egress.py` offers `egress(setup: EgressSetup) -> Egress`.
"""

from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from forgecrew.core.egress import EgressPolicy
from forgecrew.core.egress_decision import EgressDecision
from forgecrew.ports.outlet import Outlet

Tell = Callable[[EgressDecision], Awaitable[None]]
Connect = Callable[[int], Awaitable[tuple[StreamReader, StreamWriter]]]
"""A stream to a port of something of ours; raises ConnectionRefusedError when nobody listens there."""


@dataclass(frozen=True, slots=True)
class EgressSetup:
    """What it is made of: `folder` is its own; `upstream` is a proxy (http://host:port) where this machine needs one.

    With `upstream_resolves` names go to that proxy unresolved, and refusing internal addresses is its matter. `ca_file` holds
    certificates to trust beside those of the system.
    """

    folder: Path
    upstream: str = ""
    upstream_resolves: bool = False
    ca_file: str = ""
    bytes_max: int = 4 << 30
    connections_max: int = 64
    seconds_max: float = 1800.0


class Egress(Protocol):
    """Opens ways out."""

    async def open(
        self, sandbox_id: str, policy: EgressPolicy, tell: Tell, own: Mapping[str, Connect] | None = None
    ) -> Outlet | None:
        """The sandbox's outlet, None when it leads nowhere; opened again it takes the place of the one before.

        `tell` is called with the first decision of each kind; `own` are hosts that are ours, by name, whatever the policy.
        Raises WorldError when it cannot be opened.
        """
        ...

    async def close(self) -> None:
        """Close all outlets."""
        ...
