"""One command from start to end: fed, read, and killed whole at its limits."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from forgecrew.core.capped_output import CappedOutput
from forgecrew.core.command import Reason, Result
from forgecrew.sandboxing.begun import Begun, Watch
from forgecrew.sandboxing.hang import where
from forgecrew.sandboxing.usage import Usage
from forgecrew.sandboxing.wish import Bounds

_FLOOD_BYTES = 64 << 20  # a command that drops more than this is killed
_PAUSE_BYTES, _PAUSE_SECONDS = 1 << 20, 0.05  # at most 20 MiB a second of what a service prints
_CPU_SIGNAL_EXIT = 128 + 24
_TAKE_DOWN_SECONDS = 30.0

OnOutput = Callable[[bytes], None]


async def run(
    begun: Begun, stdin: bytes, bounds: Bounds, beside: Watch, on_output: OnOutput | None, output: CappedOutput | None = None
) -> Result:
    """Run it to its end; `beside` is cancelled with it. A caller that looks on gives the output."""
    began = time.monotonic()
    heard = Hearing(begun, output or CappedOutput(bounds.output_bytes), on_output, endless=bounds.endless)
    limit = asyncio.timeout(bounds.timeout_seconds)
    ended: float | None = None

    async def over() -> None:
        nonlocal ended
        await begun.over()
        ended = time.monotonic()
        limit.reschedule(asyncio.get_running_loop().time() + _TAKE_DOWN_SECONDS)

    tasks = [asyncio.ensure_future(work) for work in (beside(begun), begun.feed(stdin), over())]
    try:
        async with limit:
            if await heard.pump(begun.read):
                await tasks[2]
    except TimeoutError:
        await heard.cut_off(begun.read)
    finally:
        if not tasks[2].done():
            begun.kill(begun.reason or "killed")
        usage = begun.usage()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.shield(begun.end())
    exit_code = None if begun.reason else begun.exit_code(heard.output.content())
    return heard.result(exit_code, usage, (ended or time.monotonic()) - began)


class Hearing:
    """Takes what one command prints, and puts the result together."""

    def __init__(self, begun: Begun, output: CappedOutput, on_output: OnOutput | None, *, endless: bool = False) -> None:
        self.output = output
        self._begun, self._on_output, self._endless = begun, on_output, endless
        self._where = ""

    async def pump(self, read: Callable[[], Awaitable[bytes]]) -> bool:
        """Read to the end; false when a flood was cut off before it. Endless output is read slowly instead."""
        paused = 0
        while block := await read():
            self._take(block)
            if self._endless:
                if self.output.total_bytes - paused > _PAUSE_BYTES:
                    paused = self.output.total_bytes
                    await asyncio.sleep(_PAUSE_SECONDS)
            elif self.output.dropped_bytes > _FLOOD_BYTES:
                self._begun.kill("output")
                return False
        return True

    async def cut_off(self, read: Callable[[], Awaitable[bytes]]) -> None:
        """Kill it for its time, after a look at where it is."""
        if not self._begun.reason:
            before, self._where = await where(self._begun, read)
            self._take(before)
        self._begun.kill("timeout")

    def result(self, exit_code: int | None, usage: Usage, wall_seconds: float) -> Result:
        """How it ended: why somebody killed it, else what its counters tell, else as it says."""
        reason: Reason | None = self._begun.reason
        if reason is None:
            reason = _verdict(exit_code, usage)
        return Result(
            exit_code=None if self._begun.reason else exit_code, reason=reason, output=self.output.content(),
            dropped_bytes=self.output.dropped_bytes, wall_seconds=wall_seconds, cpu_seconds=usage.cpu_seconds,
            peak_memory_bytes=usage.peak_memory_bytes, where=self._where,
        )  # fmt: skip

    def _take(self, block: bytes) -> None:
        if block:
            self.output.add(block)
            if self._on_output is not None:
                self._on_output(block)


def _verdict(exit_code: int | None, usage: Usage) -> Reason:
    if usage.oom_kills > 0 and exit_code != 0:
        return "oom"
    if usage.forks_refused > 0 and exit_code != 0:
        return "pids"
    if exit_code is None:
        return "lost"
    return "cpu" if exit_code == _CPU_SIGNAL_EXIT else "exit"
