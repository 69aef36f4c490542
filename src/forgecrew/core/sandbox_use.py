"""What a sandbox uses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SandboxUse:
    """What a sandbox uses now, all its running commands together; None where this backend cannot tell."""

    processes: int | None = None
    memory_bytes: int | None = None
    cpu_seconds: float | None = None
    disk_bytes: int | None = None
