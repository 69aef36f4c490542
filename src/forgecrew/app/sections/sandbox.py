"""Section [sandbox]: what agents' commands run in."""

from dataclasses import dataclass, field

from forgecrew.app.sections.bounds import within


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """What agents' commands run in."""

    kind: str = "bubblewrap"
    """Folder in integrations/ that makes sandboxes."""
    mounts: tuple[str, ...] = ()
    """Folders of this machine that sandboxes see, read-only (toolchains)."""
    path: str = "/usr/local/bin:/usr/bin:/bin"
    """PATH inside."""
    memory_mib: int = field(default=1024, metadata=within(64, 1 << 20))
    """Memory of one sandbox, in MiB."""
    disk_mib: int = field(default=2048, metadata=within(64, 1 << 20))
    """Disk of one workspace, in MiB."""
    cpu: float = field(default=1.0, metadata=within(0.1, 1024))
    """Cores that one sandbox may use."""
    pids: int = field(default=256, metadata=within(16, 65_536))
    """Processes in one sandbox."""
    wall_seconds: float = field(default=300.0, metadata=within(1, 86_400))
    """Seconds that one command may take."""
