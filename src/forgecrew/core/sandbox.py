"""What a sandbox is made of: its bounds, its mounts, its doors."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Profile:
    """Bounds of one sandbox: bytes, processes, cores, seconds, files and folders."""

    name: str = "medium"
    memory_bytes: int = 1 << 30
    cpu: float = 1.0
    pids: int = 256
    wall_seconds: float = 300.0
    output_bytes: int = 256 << 10
    disk_bytes: int = 2 << 30
    file_bytes: int = 256 << 20
    open_files: int = 1024
    inodes: int = 128 << 10


@dataclass(frozen=True, slots=True)
class Door:
    """A way out of a sandbox that has no network: `port` of its private loopback leads to a Unix socket of the host."""

    port: int
    socket: str


@dataclass(frozen=True, slots=True)
class SandboxSpec:
    """What to create; creating the same id twice gives the same sandbox.

    `mounts` are host folders shown read-only; `env` is added to every command's environment, below the command's own;
    `image` names a library set, for backends that have images.
    """

    id: str
    owner: str = ""
    profile: Profile = field(default_factory=Profile)
    mounts: tuple[str, ...] = ()
    path: str = "/usr/local/bin:/usr/bin:/bin"
    env: tuple[tuple[str, str], ...] = ()
    doors: tuple[Door, ...] = ()
    image: str = ""
