"""What a sandbox uses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SandboxUse:
    """What a sandbox uses now, all its running commands together; None where this backend cannot tell.

    `bytes_in` and `bytes_out` have passed its doors since this process knows it: to it, and from it.
    """

    processes: int | None = None
    memory_bytes: int | None = None
    cpu_seconds: float | None = None
    disk_bytes: int | None = None
    bytes_in: int | None = None
    bytes_out: int | None = None
