"""Whether sandboxes can be made with this engine, and what they enforce, found by running one."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from forgecrew.core.command import Command
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox_capabilities import SandboxCapabilities
from forgecrew.integrations.podman.engine import Engine, Wanted, check_answer, find_engine
from forgecrew.integrations.podman.ground import Ground
from forgecrew.integrations.podman.seccomp import filter_text
from forgecrew.sandboxing.box import Box

_CHECK = r"""set -e
test "$(grep -c : /proc/net/dev)" = 1
test "$HOME" = /tmp/home && test -w "$HOME"
touch mark && rm mark
grep Seccomp: /proc/self/status || echo Seccomp: 0
"""
_OWN_KERNEL = ("runsc", "kata", "kata-runtime", "krun")


async def ready_engine(wanted: Wanted, images: Sequence[str]) -> Engine:
    """The engine with its images, once it has answered. Raises SandboxUnavailable where one is missing."""
    engine = find_engine(wanted)
    for image in filter(None, images):
        status, said = await engine.call("image", "inspect", "--format", "{{.Id}}", image)
        if status:
            raise SandboxUnavailable(
                f"the image {image!r} is not on this machine: {engine.name} pull {image} ({said.splitlines()[-1][:200]})"
            )
    await check_answer(engine, wanted.runtime)
    return engine


async def capabilities(ground: Ground, runtime: str) -> SandboxCapabilities:
    """What is enforced, by what a trial command tells."""
    ground.make()
    result = await Box(ground).exec(Command(("sh", "-c", _CHECK)))
    if not result.ok:
        raise SandboxUnavailable(f"a trial sandbox ended with {result.reason} {result.exit_code}: {result.text[-300:].strip()}")
    counted = result.peak_memory_bytes > 0
    filtered = bool(filter_text()) and result.text.endswith("2\n")
    engine = ground.plan.engine
    return SandboxCapabilities(
        backend=engine.name, memory=counted, pids=engine.bounds, cpu=counted, disk=False, network_none=True,
        own_uid=ground.plan.first_id is not None, seccomp=filtered,
        gaps=tuple(_gaps(ground, Path(runtime).name, counted=counted, filtered=filtered)),
    )  # fmt: skip


def _gaps(ground: Ground, runtime: str, *, counted: bool, filtered: bool) -> Iterator[str]:
    engine = ground.plan.engine
    yield "disk: no quota; the workspace is measured several times a second and a command that fills it is killed"
    if not engine.bounds:
        yield "memory: bounded per process; an engine without root bounds sandboxes only on control groups of version 2"
        yield "processes: bounded by RLIMIT_NPROC, which kernels before 5.14 count per user instead of per sandbox"
        yield "cpu: no share is enforced, only the CPU seconds of each process"
    elif not counted:
        yield "memory: bounded by the engine, but that it was passed is not told, since control groups cannot be read here"
        yield "cpu: bounded by the engine, but not told, since control groups cannot be read here"
    if ground.plan.first_id is None:
        yield "user id: all sandboxes run with the same one"
    if not filtered:
        yield "system calls: the engine's own filter, not a narrower one"
    if engine.name == "docker":
        yield "proc: the kernel's command line can be read inside"
    if not any(runtime.startswith(name) for name in _OWN_KERNEL):
        yield "kernel: shared with the machine; for hostile users sandbox.runtime = 'runsc' or a virtual machine is stronger"
    elif runtime.startswith("runsc"):
        yield "doors: gVisor passes no sockets to the host; a sandbox with doors or services does not start"
    if engine.service and engine.rootful:
        yield "engine: whoever may use its service is root on this machine; the process with the models is one of them"
    if not engine.service:
        yield f"service: none; workers that hide the write tokens need one ({_service_command()})"


def _service_command() -> str:
    return f"systemctl {'' if os.geteuid() == 0 else '--user '}enable --now podman.socket"
