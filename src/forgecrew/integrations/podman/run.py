"""One command in a container of its own, from start to end: fed, read, and killed whole at its limits."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from forgecrew.core.capped_output import CappedOutput
from forgecrew.core.command import Reason, Result
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.podman.container import Container
from forgecrew.integrations.podman.counters import Usage, usage_of

_CPU_SIGNAL_EXIT, _GATE_EXIT = 128 + 24, 124
_TAKE_DOWN_SECONDS = 30.0

Watch = Callable[[Container], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a command may take (None: as long as it likes) and how much of its output is kept; dropping
    more than `flood_bytes`, it is killed."""

    timeout_seconds: float | None
    output_bytes: int
    flood_bytes: int | None = 64 << 20


async def run(
    container: Container,
    feed: bytes,
    bounds: Bounds,
    beside: Watch,
    output: CappedOutput,
    on_output: Callable[[bytes], None] | None = None,
) -> Result:
    """Give a waiting launcher its script and input, and run that to its end; `beside` is cancelled with it."""
    began = time.monotonic()
    exit_code: int | None = None
    ended: float | None = None
    usage = Usage()
    limit = asyncio.timeout(bounds.timeout_seconds)

    async def watched() -> None:
        nonlocal exit_code, usage, ended
        if (word := await container.word()).startswith("end "):
            exit_code, ended = int(word[4:]), time.monotonic()
            limit.reschedule(asyncio.get_running_loop().time() + _TAKE_DOWN_SECONDS)
        usage = usage_of(await container.found())
        container.stdin.close()  # the launcher waits for that

    tasks = [asyncio.ensure_future(work) for work in (beside(container), container.stdin.write(feed), watched())]
    try:
        async with limit:
            if await pump(container.stdout.read, container, output, bounds, on_output):
                await tasks[2]
    except TimeoutError:
        container.kill("timeout")
    finally:
        if not tasks[2].done() or container.reason:
            usage = usage_of(container.groups)
            container.kill(container.reason or "killed")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.shield(container.end())
    wall_seconds = (ended or time.monotonic()) - began
    return result_of(*_verdict(container, exit_code, usage, output), output, usage, wall_seconds)


async def pump(
    read: Callable[[], Awaitable[bytes]],
    container: Container,
    output: CappedOutput,
    bounds: Bounds,
    on_output: Callable[[bytes], None] | None,
) -> bool:
    """Read to the end; false when a flood was cut off before it."""
    while block := await read():
        output.add(block)
        if on_output is not None:
            on_output(block)
        if bounds.flood_bytes is not None and output.dropped_bytes > bounds.flood_bytes:
            container.kill("output")
            return False
    return True


def result_of(reason: Reason, exit_code: int | None, output: CappedOutput, usage: Usage, wall_seconds: float) -> Result:
    """Put together."""
    return Result(
        exit_code=exit_code, reason=reason, output=output.content(), dropped_bytes=output.dropped_bytes,
        wall_seconds=wall_seconds, cpu_seconds=usage.cpu_seconds, peak_memory_bytes=usage.peak_memory_bytes,
    )  # fmt: skip


def verdict(exit_code: int | None, usage: Usage) -> tuple[Reason, int | None]:
    """Why something ended that nobody killed from outside."""
    if usage.oom_kills > 0 and exit_code != 0:
        return "oom", exit_code
    if usage.forks_refused > 0 and exit_code != 0:
        return "pids", exit_code
    if exit_code is None:
        return "lost", None
    return ("cpu" if exit_code == _CPU_SIGNAL_EXIT else "exit"), exit_code


def _verdict(container: Container, exit_code: int | None, usage: Usage, output: CappedOutput) -> tuple[Reason, int | None]:
    if container.reason:
        return container.reason, None
    if exit_code is None and container.status == _GATE_EXIT:
        said = output.content().decode("utf-8", "replace").strip()[-400:]
        raise SandboxUnavailable(f"the sandbox's doors did not open (they need python3 inside): {said or 'no message'}")
    return verdict(exit_code, usage)
