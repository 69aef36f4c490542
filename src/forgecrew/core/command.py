"""One command in a sandbox, and what came of it."""

from dataclasses import dataclass
from typing import Literal

from forgecrew.core.sandbox import Profile

Reason = Literal["exit", "timeout", "oom", "pids", "cpu", "disk", "output", "killed", "lost"]


@dataclass(frozen=True, slots=True)
class Command:
    """One command; cwd is relative to the workspace; env is added to a cleared environment.

    `profile` bounds this command, in place of the sandbox's own profile.
    """

    argv: tuple[str, ...]
    cwd: str = "."
    env: tuple[tuple[str, str], ...] = ()
    stdin: bytes = b""
    timeout_seconds: float | None = None
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended; a failing command is a result, never raised.

    Output keeps head and tail; `dropped_bytes` fell out between them. `note` is a sentence for whoever asked: that it was run
    again with more, or that it looks like a hang. `where` tells of one that was cut off for its time what its processes did:
    a line for each, then stacks of those that tell them, at most 20 lines.
    """

    exit_code: int | None
    reason: Reason
    output: bytes
    dropped_bytes: int = 0
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    note: str = ""
    where: str = ""

    @property
    def text(self) -> str:
        """The output as text; undecodable bytes become U+FFFD."""
        return self.output.decode("utf-8", "replace")

    @property
    def ok(self) -> bool:
        """Ended by itself with status 0."""
        return self.reason == "exit" and self.exit_code == 0
