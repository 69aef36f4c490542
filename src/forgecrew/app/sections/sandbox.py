"""Sections [sandbox] and [sandbox.profiles.<name>]: what agents' commands run in, and how much they get."""

from dataclasses import dataclass, field

from forgecrew.app.sections.bounds import within


@dataclass(frozen=True, slots=True)
class ProfileSettings:
    """Bounds of one profile; what is left out is as forgecrew has it."""

    memory_mib: int = field(default=0, metadata=within(64, 1 << 20))
    """Memory, in MiB."""
    disk_mib: int = field(default=0, metadata=within(64, 1 << 20))
    """Disk of one workspace, in MiB."""
    cpu: float = field(default=0.0, metadata=within(0.1, 1024))
    """Cores."""
    pids: int = field(default=0, metadata=within(16, 65_536))
    """Processes."""
    wall_seconds: float = field(default=0.0, metadata=within(1, 86_400))
    """Seconds that one command may take."""


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """What agents' commands run in."""

    kind: str = "bubblewrap"
    """Folder in integrations/ that makes sandboxes."""
    mounts: tuple[str, ...] = ()
    """Folders of this machine that sandboxes see, read-only (toolchains)."""
    path: str = "/usr/local/bin:/usr/bin:/bin"
    """PATH inside."""
    engine: str = "podman"
    """Kind podman: the engine's program, podman or docker."""
    socket: str = ""
    """Kind podman: the socket of the engine's service, when it is not where the engine puts it."""
    runtime: str = ""
    """Podman: runc, crun or runsc, empty for its own choice. Kubernetes: a RuntimeClass, empty for gvisor."""
    image: str = ""
    """Image of containers and pods; empty: the host's /usr (podman). Kubernetes needs one with agent-sandbox's server in it."""
    images: tuple[str, ...] = ()
    """Images of library sets, as `set=image`; a set that is not named takes `image`."""
    namespace: str = "forgecrew"
    """Kubernetes: the namespace of the pods, which must exist."""
    kubeconfig: str = ""
    """Kubernetes: file and context as `file` or `file#context`; empty is the usual one."""
    router: str = ""
    """Kubernetes: address of agent-sandbox's router; empty is a tunnel by kubectl."""
    warm: int = field(default=1, metadata=within(0, 1000))
    """Kubernetes: pods that wait for a sandbox, per profile."""
    profile: str = "medium"
    """Profile of a command of which nothing is known yet: light, medium or heavy. Later it is chosen by what was used."""
    largest: str = "heavy"
    """Profile above which no command is given more."""
    disk_free_mib: int = field(default=1024, metadata=within(0, 1 << 24))
    """Free disk, in MiB, below which no new sandbox is made."""
    memory_mib: int = field(default=0, metadata=within(64, 1 << 20))
    """The most that any command gets, whatever its profile; the same for the four below. Memory, in MiB."""
    disk_mib: int = field(default=0, metadata=within(64, 1 << 20))
    """Disk of one workspace, in MiB."""
    cpu: float = field(default=0.0, metadata=within(0.1, 1024))
    """Cores."""
    pids: int = field(default=0, metadata=within(16, 65_536))
    """Processes."""
    wall_seconds: float = field(default=0.0, metadata=within(1, 86_400))
    """Seconds that one command may take."""
