"""Resource limits of the processes inside, and what of a profile this machine enforces."""

import math
from collections.abc import Iterator

from forgecrew.core.sandbox import Profile, SandboxCapabilities
from forgecrew.integrations.bubblewrap.machine import Machine


def rlimits(profile: Profile, timeout_seconds: float | None, *, memory: bool) -> list[str]:
    """Options for prlimit. `memory` bounds each process's address space: for machines without a memory group only.

    Without a timeout no CPU seconds are counted: they would end a service that is meant to go on.
    """
    options = [
        f"--fsize={profile.file_bytes}",
        f"--nofile={profile.open_files}",
        f"--nproc={profile.pids}",
        "--core=0",
    ]
    if timeout_seconds is not None:
        cpu_seconds = math.ceil(timeout_seconds * max(profile.cpu, 1.0)) + 1
        options.append(f"--cpu={cpu_seconds}:{cpu_seconds + 2}")
    return [*options, f"--as={profile.memory_bytes}"] if memory else options


def capabilities(machine: Machine) -> SandboxCapabilities:
    """What is enforced with these means."""
    folders = machine.hierarchy.folders if machine.hierarchy else {}
    return SandboxCapabilities(
        backend="bubblewrap",
        memory="memory" in folders,
        pids="pids" in folders or not machine.as_root,
        cpu="cpu" in folders,
        disk=False,
        network_none=True,
        own_uid=machine.own_uid,
        seccomp=machine.seccomp,
        gaps=tuple(_gaps(machine)),
    )


def _gaps(machine: Machine) -> Iterator[str]:
    folders = machine.hierarchy.folders if machine.hierarchy else {}
    yield "disk: no quota; the workspace is measured several times a second and a command that fills it is killed"
    if "memory" not in folders:
        yield "memory: bounded per process, not for a sandbox as a whole"
    if "pids" not in folders:
        yield (
            "processes: not bounded, since the kernel counts none of root's; run as another user"
            if machine.as_root
            else "processes: bounded by RLIMIT_NPROC, which kernels before 5.14 count per user instead of per sandbox"
        )
    if "cpu" not in folders:
        yield "cpu: no share is enforced, only the CPU seconds of each process"
    if not machine.own_uid:
        yield f"user id: all sandboxes run with {'that of root' if machine.as_root else 'the same one'}"
    if not machine.seccomp:
        yield "system calls: no filter for this architecture"
    yield "kernel: shared with the machine; for hostile users a virtual machine or gVisor is the stronger wall"
