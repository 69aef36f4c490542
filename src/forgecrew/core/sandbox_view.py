"""One sandbox as people see it: what runs in it, what it uses, what it printed last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SandboxState = Literal["idle", "waiting", "running"]

LINES_KEPT = 200
"""Lines of output that are kept of one sandbox."""


@dataclass(frozen=True, slots=True)
class SandboxView:
    """A sandbox now. `cpu` is cores in use; `bytes_in` and `bytes_out` have passed its doors; what cannot be measured is None.

    `bounds` are memory in bytes, cores, processes and disk in bytes of what runs, or ran last. `steps` counts how often it was
    given more. `lines` are the last printed ones, `lines_end` how many there were in all. "waiting" is for room on the machine.
    """

    id: str
    owner: str
    worker_id: str
    profile: str
    bounds: tuple[float, float, float, float]
    task_id: int | None = None
    network: str = "none"
    state: SandboxState = "idle"
    command: str = ""
    commands: int = 0
    steps: int = 0
    cpu: float | None = None
    memory_bytes: int | None = None
    processes: int | None = None
    disk_bytes: int | None = None
    bytes_in: int | None = None
    bytes_out: int | None = None
    lines: tuple[str, ...] = ()
    lines_end: int = 0
    removal_asked: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None
