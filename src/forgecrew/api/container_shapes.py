"""How a sandbox is shown to machines."""

from dataclasses import dataclass
from datetime import datetime

from forgecrew.core.sandbox_view import SandboxView


@dataclass(frozen=True, slots=True)
class ContainerShape:
    """A sandbox; `cpu` in cores, sizes in bytes, null what is not measured. `*_max` are the bounds of what runs or ran last.

    `bytes_in` and `bytes_out` have passed its doors, the only way out of it: to it, and from it.
    """

    id: str
    owner: str
    task_id: int | None
    task_url: str
    worker_id: str
    state: str
    profile: str
    command: str
    commands: int
    steps: int
    cpu: float | None
    cpu_max: float
    memory_bytes: int | None
    memory_bytes_max: int
    processes: int | None
    processes_max: int
    disk_bytes: int | None
    disk_bytes_max: int
    network: str
    bytes_in: int | None
    bytes_out: int | None
    lines: int
    created_at: datetime | None
    updated_at: datetime | None


def container_shape(view: SandboxView, public_url: str) -> ContainerShape:
    """The shape of a sandbox."""
    memory, cores, processes, disk = view.bounds
    return ContainerShape(
        id=view.id, owner=view.owner, task_id=view.task_id,
        task_url=f"{public_url}/tasks/{view.task_id}" if view.task_id else "", worker_id=view.worker_id, state=view.state,
        profile=view.profile, command=view.command, commands=view.commands, steps=view.steps, cpu=view.cpu, cpu_max=cores,
        memory_bytes=view.memory_bytes, memory_bytes_max=int(memory), processes=view.processes, processes_max=int(processes),
        disk_bytes=view.disk_bytes, disk_bytes_max=int(disk), network=view.network, bytes_in=view.bytes_in,
        bytes_out=view.bytes_out, lines=view.lines_end, created_at=view.created_at, updated_at=view.updated_at,
    )  # fmt: skip
