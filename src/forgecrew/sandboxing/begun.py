"""What a backend has to offer of one command that has begun, and of the place where commands begin."""

import socket
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from forgecrew.core.command import Command, Reason
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.sandboxing.usage import Usage


@dataclass(frozen=True, slots=True)
class Wish:
    """A command that is to begin. `gate`: it begins behind a gate, which `stays` so that the host reaches its ports.

    `streams`: its standard input stays open. `timeout_seconds` is for limits of its processes; None sets none.
    """

    command: Command
    profile: Profile
    timeout_seconds: float | None
    gate: bool = False
    stays: bool = False
    streams: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a command may take and how much of its output is kept; a service may be endless in both."""

    timeout_seconds: float | None
    output_bytes: int
    endless: bool = False


class Begun(Protocol):
    """One command with all that it starts."""

    @property
    def reason(self) -> Reason | None:
        """Why it was killed from outside: the first one counts."""
        ...

    async def read(self) -> bytes:
        """What it printed next; empty at the end."""
        ...

    async def write(self, content: bytes) -> None:
        """More of its standard input."""
        ...

    async def feed(self, content: bytes) -> None:
        """Its whole standard input."""
        ...

    async def over(self) -> None:
        """Wait until the command itself has ended; its counters can still be read."""
        ...

    def exit_code(self, said: bytes) -> int | None:
        """With what it ended, after `end`; None when nobody told. Raises SandboxUnavailable, with what it said, when it
        never began."""
        ...

    def alive(self) -> bool:
        """Whether something of it still runs."""
        ...

    def usage(self) -> Usage:
        """What it used so far."""
        ...

    def present(self) -> SandboxUse:
        """What it uses now, without the disk."""
        ...

    def forget_peak(self) -> None:
        """Let the peak of memory begin anew, where that is possible."""
        ...

    def processes(self) -> Sequence[int]:
        """Ids on this machine of what runs in it now, without what belongs to the backend; none where they cannot be told."""
        ...

    async def channel(self) -> socket.socket:
        """The channel to its gate, once that is there; the caller closes it."""
        ...

    def kill(self, reason: Reason) -> None:
        """Kill all of it; does not wait."""
        ...

    async def end(self) -> None:
        """Wait until nothing of it runs any more; kill what lingers."""
        ...


Watch = Callable[[Begun], Coroutine[Any, Any, None]]
"""What goes on beside a command."""


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
