"""One command from start to end: feed it, read it, and kill all of it at its limits."""

import asyncio
import contextlib
import json
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from forgecrew.core.capped_output import CappedOutput
from forgecrew.core.command import Reason, Result
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.bubblewrap.bounds import Bounds, Watch
from forgecrew.integrations.bubblewrap.cgroup import Group
from forgecrew.integrations.bubblewrap.spare import Spare
from forgecrew.integrations.bubblewrap.tree import Tree

_FLOOD_BYTES = 64 << 20  # a command that drops more than this is killed
_PAUSE_BYTES, _PAUSE_SECONDS = 1 << 20, 0.05  # at most 20 MiB a second of what a service prints
_CPU_SIGNAL_EXIT = 128 + 24


async def run(
    spare: Spare,
    bounds: Bounds,
    stdin: bytes,
    beside: Watch,
    on_output: Callable[[bytes], None] | None = None,
    *,
    tree: Tree | None = None,
    output: CappedOutput | None = None,
) -> Result:
    """Run what a launcher has become to its end; `beside` gets the tree and is cancelled with it (it watches the disk).

    A caller that looks on gives the tree and the output.
    """
    before = time.monotonic()
    output = output or CappedOutput(bounds.output_bytes)
    tree = tree or Tree(spare.child, spare.group)
    tasks = [asyncio.ensure_future(beside(tree))]
    if stdin:
        tasks.append(asyncio.ensure_future(spare.child.feed(stdin)))
    else:
        spare.child.close_stdin()
    try:
        async with asyncio.timeout(bounds.timeout_seconds):
            if await pump(tree.child.read, tree, output, on_output, endless=bounds.endless):
                await spare.child.wait()
    except TimeoutError:
        tree.kill("timeout")
    finally:
        if spare.child.returncode is None:
            tree.kill(tree.reason or "killed")
        for task in tasks:
            task.cancel()
        usage = Usage.of(spare.group)
        await asyncio.shield(tree.end())
    reason, exit_code = _verdict(tree, spare.status, usage, output)
    return result_of(reason, exit_code, output, usage, before)


def result_of(reason: Reason, exit_code: int | None, output: CappedOutput, usage: "Usage", began: float) -> Result:
    """Put together; `began` by the monotonic clock."""
    return Result(
        exit_code=exit_code,
        reason=reason,
        output=output.content(),
        dropped_bytes=output.dropped_bytes,
        wall_seconds=time.monotonic() - began,
        cpu_seconds=usage.cpu_seconds,
        peak_memory_bytes=usage.peak_memory_bytes,
    )


@dataclass(frozen=True, slots=True)
class Usage:
    """What the group counted, read before it is removed; zeros without a group."""

    oom_kills: int = 0
    forks_refused: int = 0
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0

    @classmethod
    def of(cls, group: Group | None) -> "Usage":
        """Read the counters."""
        if group is None:
            return cls()
        return cls(group.oom_kills(), group.forks_refused(), group.cpu_seconds(), group.peak_memory_bytes())

    def since(self, before: "Usage") -> "Usage":
        """What was counted after `before`; the peak of memory is the one of all the time."""
        return Usage(
            self.oom_kills - before.oom_kills,
            self.forks_refused - before.forks_refused,
            self.cpu_seconds - before.cpu_seconds,
            self.peak_memory_bytes,
        )


async def pump(
    read: Callable[[], Awaitable[bytes]],
    tree: Tree,
    output: CappedOutput,
    on_output: Callable[[bytes], None] | None,
    *,
    endless: bool = False,
) -> bool:
    """Read to the end; false when a flood was cut off before it. Endless output is read slowly instead."""
    paused = 0
    while block := await read():
        output.add(block)
        if on_output is not None:
            on_output(block)
        if endless:
            if output.total_bytes - paused > _PAUSE_BYTES:
                paused = output.total_bytes
                await asyncio.sleep(_PAUSE_SECONDS)
        elif output.dropped_bytes > _FLOOD_BYTES:
            tree.kill("output")
            return False
    return True


def _verdict(tree: Tree, status_fd: int, usage: Usage, output: CappedOutput) -> tuple[Reason, int | None]:
    """Reason and exit code. bwrap reports an exit code only for a command that it really started."""
    exit_code = _reported_exit(status_fd)
    if tree.reason:
        return tree.reason, None
    if exit_code is None and not usage.oom_kills:
        if (tree.child.returncode or 0) < 0:
            return "lost", None
        text = output.content().decode("utf-8", "replace").strip()[-400:]
        raise SandboxUnavailable(f"the sandbox did not start: {text or 'no message'}; `forgecrew doctor` tells more")
    return verdict(exit_code, usage)


def verdict(exit_code: int | None, usage: "Usage") -> tuple[Reason, int | None]:
    """Why something ended that nobody killed from outside."""
    if usage.oom_kills and exit_code != 0:
        return "oom", exit_code
    if usage.forks_refused and exit_code != 0:
        return "pids", exit_code
    return ("cpu" if exit_code == _CPU_SIGNAL_EXIT else "exit"), exit_code


def _reported_exit(status_fd: int) -> int | None:
    os.set_blocking(status_fd, False)
    with contextlib.suppress(BlockingIOError):
        for line in os.read(status_fd, 1 << 16).splitlines():
            report = json.loads(line)
            if "exit-code" in report:
                return int(report["exit-code"])
    return None
