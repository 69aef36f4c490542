"""What a pod enforces, and in plain words what it does not."""

from collections.abc import Iterator

from forgecrew.core.command import Command
from forgecrew.core.errors import ConfigError, SandboxUnavailable
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_capabilities import SandboxCapabilities
from forgecrew.ports.sandbox import Sandbox
from forgecrew.sandboxing.spec_check import check_id


def check_spec(spec: SandboxSpec) -> None:
    """Raises ConfigError for what a pod cannot have: it knows nothing of this machine."""
    check_id(spec.id)
    if spec.mounts:
        raise ConfigError(f"sandbox mount {spec.mounts[0]!r}: a pod sees no folder of this machine; put it into the image")
    if spec.doors:
        raise ConfigError(f"door {spec.doors[0].port} of sandbox {spec.id!r}: a pod has no doors to sockets of this machine")


async def capabilities(trial: Sandbox, runtime_class: str) -> SandboxCapabilities:
    """By what the cluster is asked for, after a trial; what its own configuration adds is not seen from here."""
    result = await trial.exec(Command(("sh", "-c", "touch mark && rm mark && grep -c : /proc/net/dev")))
    if not result.ok:
        raise SandboxUnavailable(f"a trial command ended with {result.reason} {result.exit_code}: {result.text[-300:]}")
    return SandboxCapabilities(
        backend=f"kubernetes ({runtime_class})", memory=False, pids=True, cpu=True, disk=False, network_none=True,
        own_uid=False, seccomp=True, gaps=tuple(_gaps(runtime_class)),
    )  # fmt: skip


def _gaps(runtime_class: str) -> Iterator[str]:
    yield "memory: a pod that passes its limit may lose all its commands, untold; each process is bounded besides"
    yield "processes: counted in the pod and the command killed; only the kubelet's podPidsLimit is a wall"
    yield "disk: the size of the volume is a wall where the storage class makes it one; the workspace is measured besides"
    yield "user id: the same one in every pod; pods are kept apart by their namespaces"
    yield "network: the NetworkPolicy that denies all is enforced where the cluster's network plug-in does so"
    yield "commands: those of one sandbox share the pod's processes, loopback and limits"
    yield "controller: a command lives on for some seconds after the process that started it has died"
    yield "mounts: a pod sees no folder of this machine; toolchains belong into the image"
    yield "doors: a pod has none, so egress and browsers need the cluster's own ways"
    yield "ports: those of a service in a pod are not reached from here"
    if runtime_class not in ("gvisor", "kata") and not runtime_class.startswith(("kata-", "gvisor-")):
        yield "kernel: shared with the node; gvisor and kata are the stronger walls"
