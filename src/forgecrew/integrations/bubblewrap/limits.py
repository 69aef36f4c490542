"""Resource limits of the processes inside, and what of a profile this machine enforces."""

import math
from collections.abc import Iterator

from forgecrew.core.sandbox import Profile
from forgecrew.core.sandbox_capabilities import SandboxCapabilities
from forgecrew.integrations.bubblewrap.machine import Machine

_BLOCK_BYTES = 512  # in which a shell counts the size of files


def rlimits(profile: Profile, timeout_seconds: float | None, *, memory: bool) -> list[str]:
    """Lines for the shell inside, where the number of processes counts this sandbox alone.

    `memory` bounds each process's address space: for machines without a memory group only. Without a timeout no CPU seconds
    are counted: they would end a service that is meant to go on. A line that fails leaves a limit that is lower already.
    """
    lines = [
        f"ulimit -f {profile.file_bytes // _BLOCK_BYTES}", f"ulimit -n {profile.open_files}", "ulimit -c 0",
        f"ulimit -p {profile.pids} || ulimit -u {profile.pids}",  # dash, busybox; bash
    ]  # fmt: skip
    if timeout_seconds is not None:
        cpu_seconds = math.ceil(timeout_seconds * max(profile.cpu, 1.0)) + 1
        lines += [f"ulimit -S -t {cpu_seconds}", f"ulimit -H -t {cpu_seconds + 2}"]
    if memory:
        lines.append(f"ulimit -v {profile.memory_bytes >> 10}")
    return ["{ " + line + "; } 2>/dev/null" for line in lines]


def capabilities(machine: Machine) -> SandboxCapabilities:
    """What is enforced with these means."""
    folders = machine.hierarchy.folders if machine.hierarchy else {}
    return SandboxCapabilities(
        backend="bubblewrap",
        memory="memory" in folders,
        pids="pids" in folders or not machine.as_root,
        cpu="cpu" in folders,
        disk=machine.disks is not None,
        network_none=True,
        own_uid=machine.own_uid,
        seccomp=machine.seccomp,
        gaps=tuple(_gaps(machine)),
    )


def _gaps(machine: Machine) -> Iterator[str]:
    folders = machine.hierarchy.folders if machine.hierarchy else {}
    if machine.disks is None:
        yield (
            "disk: no quota; the workspace is measured several times a second and a command that fills it is killed "
            "(root's `forgecrew up` gives every workspace a disk of its own)"
        )
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
