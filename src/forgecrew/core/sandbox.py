"""Values of the sandbox port: what to run, within which bounds, and what came of it."""

from dataclasses import dataclass, field
from typing import Literal

Reason = Literal["exit", "timeout", "oom", "pids", "cpu", "disk", "output", "killed", "lost"]


@dataclass(frozen=True, slots=True)
class Profile:
    """Bounds of one sandbox: bytes, processes, cores, seconds."""

    name: str = "medium"
    memory_bytes: int = 1 << 30
    cpu: float = 1.0
    pids: int = 256
    wall_seconds: float = 300.0
    output_bytes: int = 256 << 10
    disk_bytes: int = 2 << 30
    file_bytes: int = 256 << 20
    open_files: int = 1024


@dataclass(frozen=True, slots=True)
class SandboxSpec:
    """What to create; creating the same id twice gives the same sandbox. `mounts` are host folders shown read-only."""

    id: str
    owner: str = ""
    profile: Profile = field(default_factory=Profile)
    mounts: tuple[str, ...] = ()
    path: str = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True)
class Command:
    """One command; cwd is relative to the workspace; env is added to a cleared environment."""

    argv: tuple[str, ...]
    cwd: str = "."
    env: tuple[tuple[str, str], ...] = ()
    stdin: bytes = b""
    timeout_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended; a failing command is a result, never raised.

    Output keeps head and tail; `dropped_bytes` fell out between them.
    """

    exit_code: int | None
    reason: Reason
    output: bytes
    dropped_bytes: int = 0
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0

    @property
    def text(self) -> str:
        """The output as text; undecodable bytes become U+FFFD."""
        return self.output.decode("utf-8", "replace")

    @property
    def ok(self) -> bool:
        """Ended by itself with status 0."""
        return self.reason == "exit" and self.exit_code == 0


@dataclass(frozen=True, slots=True)
class SandboxCapabilities:
    """What the backend enforces on this machine; `gaps` names in plain words what it does not."""

    backend: str
    memory: bool
    pids: bool
    cpu: bool
    disk: bool
    network_none: bool
    own_uid: bool
    seccomp: bool
    gaps: tuple[str, ...] = ()
