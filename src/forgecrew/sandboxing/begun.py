"""What a backend has to offer of one command that has begun."""

import socket
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol

from forgecrew.core.command import Reason
from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.sandboxing.usage import Usage


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
        """The channel to its gate, once that is there; the caller closes it. Raises ConnectionError when it will not come."""
        ...

    def kill(self, reason: Reason) -> None:
        """Kill all of it; does not wait."""
        ...

    async def end(self) -> None:
        """Wait until nothing of it runs any more; kill what lingers."""
        ...


Watch = Callable[[Begun], Coroutine[Any, Any, None]]
"""What goes on beside a command."""
