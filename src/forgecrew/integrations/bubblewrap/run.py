"""One command from start to end: feed it, read it, and kill all of it at its limits."""

import asyncio
import contextlib
import json
import os
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from forgecrew.core.command import Reason, Result
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.bubblewrap.cgroup import Group
from forgecrew.integrations.bubblewrap.launch import Launch
from forgecrew.integrations.bubblewrap.output import CappedOutput
from forgecrew.integrations.bubblewrap.tree import Tree

_FLOOD_BYTES = 64 << 20  # a command that drops more than this is killed
_PATH = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
_CPU_SIGNAL_EXIT = 128 + 24


async def run(
    launch: Launch,
    group: Group | None,
    started: Callable[[Tree], Coroutine[Any, Any, None]],
    on_output: Callable[[bytes], None] | None = None,
) -> Result:
    """Run to the end; `started` gets the tree and is cancelled with it (the watch over the disk lives there)."""
    before = time.monotonic()
    output = CappedOutput(launch.output_bytes)
    tree = await _start(launch, group)
    beside = [asyncio.ensure_future(_feed(tree.process, launch.stdin)), asyncio.ensure_future(started(tree))]
    try:
        async with asyncio.timeout(launch.timeout_seconds):
            if await _pump(tree, output, on_output):
                await tree.process.wait()
    except TimeoutError:
        tree.kill("timeout")
    finally:
        if tree.process.returncode is None:
            tree.kill(tree.reason or "killed")
        for task in beside:
            task.cancel()
        usage = Usage.of(group)
        await asyncio.shield(tree.end())
    reason, exit_code = _verdict(tree, launch.status_fd, usage, output)
    return Result(
        exit_code=exit_code,
        reason=reason,
        output=output.content(),
        dropped_bytes=output.dropped_bytes,
        wall_seconds=time.monotonic() - before,
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


async def _start(launch: Launch, group: Group | None) -> Tree:
    pipe = asyncio.subprocess.PIPE
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *launch.line, stdin=pipe if launch.stdin else asyncio.subprocess.DEVNULL, stdout=pipe,
            stderr=asyncio.subprocess.STDOUT, pass_fds=launch.fds, env={"PATH": _PATH}, cwd="/", start_new_session=True,
        )
    )  # fmt: skip
    try:
        return Tree(await asyncio.shield(starting), group)
    except asyncio.CancelledError:
        tree = Tree(await starting, group)
        tree.kill("killed")
        await tree.end()
        raise


async def _feed(process: asyncio.subprocess.Process, content: bytes) -> None:
    if process.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(content)
        await process.stdin.drain()
    process.stdin.close()


async def _pump(tree: Tree, output: CappedOutput, on_output: Callable[[bytes], None] | None) -> bool:
    """Read to the end; false when a flood was cut off before it."""
    assert tree.process.stdout is not None
    while block := await tree.process.stdout.read(1 << 16):
        output.add(block)
        if on_output is not None:
            on_output(block)
        if output.dropped_bytes > _FLOOD_BYTES:
            tree.kill("output")
            return False
    return True


def _verdict(tree: Tree, status_fd: int, usage: Usage, output: CappedOutput) -> tuple[Reason, int | None]:
    """Reason and exit code. bwrap reports an exit code only for a command that it really started."""
    exit_code = _reported_exit(status_fd)
    if tree.reason:
        return tree.reason, None
    if usage.oom_kills and exit_code != 0:
        return "oom", exit_code
    if exit_code is None:
        if (tree.process.returncode or 0) < 0:
            return "lost", None
        text = output.content().decode("utf-8", "replace").strip()[-400:]
        raise SandboxUnavailable(f"the sandbox did not start: {text or 'no message'}; `forgecrew doctor` tells more")
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
