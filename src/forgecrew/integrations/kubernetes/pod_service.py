"""A command that goes on in a pod."""

import asyncio
import contextlib
from asyncio import StreamReader, StreamWriter

from forgecrew.core.command import Result
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.kubernetes.command import PodCommand
from forgecrew.integrations.kubernetes.heard import Heard
from forgecrew.integrations.kubernetes.pod_life import PodLife
from forgecrew.sandboxing.service import Running

_AGAIN_SECONDS = 0.05


def going_on(life: PodLife, one: PodCommand, heard: Heard, timeout_seconds: float) -> Running:
    """Start it; its ports are not reached from here: that is a gap."""
    stopping: set[asyncio.Task[None]] = set()

    async def whole() -> Result:
        async with life.kept(one):
            return await one.run(heard, timeout_seconds, floods=True)

    async def stop() -> None:
        with contextlib.suppress(SandboxUnavailable):  # the pod is gone, which who waits for its end is told
            while not running.ending.done() and not await one.kill("killed"):
                await asyncio.wait({running.ending}, timeout=_AGAIN_SECONDS)

    def kill() -> None:
        task = asyncio.get_running_loop().create_task(stop())
        stopping.add(task)
        task.add_done_callback(stopping.discard)

    running = Running(whole(), kill, lambda: heard.output.content(), _refuse)
    return running


async def _refuse(port: int) -> tuple[StreamReader, StreamWriter]:
    raise ConnectionRefusedError(f"port {port} of a pod is not reached from this machine: publish it by the cluster")
