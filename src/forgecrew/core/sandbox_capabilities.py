"""What a machine can enforce on sandboxes."""

from dataclasses import dataclass


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
