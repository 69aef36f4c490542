"""One child process of the supervisor: started, its lines prefixed, started again when it dies, asked to stop."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from forgecrew.app.until_stopped import SUPERVISED
from forgecrew.core.rest import rest

STOP_SECONDS = 5.0
PAUSES = (0.2, 1.0, 3.0, 10.0, 30.0)
"""Seconds before a dead process is started again; the last one stays."""
WELL_SECONDS = 60.0
"""A process that lived this long begins with the first pause again."""
LINE_BYTES_MAX = 1 << 20
WITHHELD = ("FORGECREW_ADMIN_TOKEN",)
"""Variables that a person may have set for `init` and that no process of ours needs."""


@dataclass(slots=True)
class Child:
    """A process to keep alive. `say` prints one line of its output or about it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    say: Callable[[str, str], None]
    deaths: int = 0
    process: asyncio.subprocess.Process | None = field(default=None, repr=False)

    async def keep_alive(self, stopping: asyncio.Event) -> None:
        """Run it until the event is set; then end it within STOP_SECONDS."""
        loop = asyncio.get_running_loop()
        while not stopping.is_set():
            began = loop.time()
            status = await self._run_once(stopping)
            if stopping.is_set():
                return
            self.deaths = 0 if loop.time() - began > WELL_SECONDS else self.deaths
            pause = PAUSES[min(self.deaths, len(PAUSES) - 1)]
            self.deaths += 1
            self.say(self.name, f"ended with status {status}; starts again in {pause:g} s")
            await rest(pause, stopping)

    async def _run_once(self, stopping: asyncio.Event) -> int:
        # An own process group: Ctrl-C reaches the supervisor alone, which then stops everybody in order.
        self.process = await asyncio.create_subprocess_exec(
            *self.command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            env=self._environment(), start_new_session=True,
            limit=LINE_BYTES_MAX,
        )  # fmt: skip
        reading = asyncio.create_task(self._read_lines(self.process))
        ended = asyncio.create_task(self.process.wait())
        asked = asyncio.create_task(stopping.wait())
        await asyncio.wait([ended, asked], return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if not ended.done():
            await self._stop(self.process, ended)
        await asyncio.wait([reading], timeout=1)
        reading.cancel()
        return await ended

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in WITHHELD}
        return {**kept, **self.environment, SUPERVISED: "1", "PYTHONUNBUFFERED": "1"}

    async def _stop(self, process: asyncio.subprocess.Process, ended: "asyncio.Task[int]") -> None:
        """The end of its standard input asks it to stop; who does not is killed, and with bwrap everything inside."""
        assert process.stdin is not None
        process.stdin.close()
        done, _ = await asyncio.wait([ended], timeout=STOP_SECONDS)
        if not done:
            self.say(self.name, f"did not stop within {STOP_SECONDS:g} s and is killed")
            process.kill()

    async def _read_lines(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:  # a line longer than the limit: its end comes with the next one
                continue
            if not line:
                return
            self.say(self.name, line.decode("utf-8", "replace").rstrip())


def python(*arguments: str) -> list[str]:
    """The command line of one of our own processes."""
    return [sys.executable, "-m", "forgecrew.cli.main", *arguments]
