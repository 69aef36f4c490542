"""A warm interpreter of one sandbox: kept while it is busy, forked for each cell, under the same limits as a command."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from pathlib import Path

from forgecrew.core.command import Command, Result
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.bubblewrap.bounds import Bounds, Watch
from forgecrew.integrations.bubblewrap.doors import keep_open
from forgecrew.integrations.bubblewrap.interpreter import Interpreter
from forgecrew.integrations.bubblewrap.launch import Ground
from forgecrew.integrations.bubblewrap.spares import Spares
from forgecrew.integrations.bubblewrap.tree import Tree

_SOURCE = Path(__file__).with_name("zygote.py")
_BOOT_SECONDS = 20.0
_IDLE_SECONDS = 60.0


class Warm:
    """The interpreter of one sandbox, started with the first cell and ended by `close` or after a minute without a cell."""

    def __init__(self, spares: Spares) -> None:
        self._spares = spares
        self._lock = asyncio.Lock()
        self._running: Interpreter | None = None
        self._held = contextlib.AsyncExitStack()
        self._idle: asyncio.TimerHandle | None = None
        self._closing: asyncio.Task[None] | None = None

    async def cell(
        self, code: str, ground: Ground, bounds: Bounds, watch: Watch, on_output: Callable[[bytes], None] | None
    ) -> Result:
        """Run one cell to its end; cells of one sandbox run one after the other. A killed cell takes the interpreter along."""
        async with self._lock:
            running = self._running or await self._boot(ground)
            self._hurry()
            result = None
            try:
                result = await running.cell(code, bounds, watch, on_output)
                return result
            finally:
                if result is None or running.tree.reason or result.reason == "lost" or not running.tree.child.alive():
                    await asyncio.shield(self._end())
                else:
                    self._idle = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._idle_end)

    @property
    def tree(self) -> Tree | None:
        """The interpreter's processes, if there is one."""
        return self._running.tree if self._running else None

    async def close(self) -> None:
        """End it; a cell that runs is killed."""
        if self._running is not None:
            self._running.tree.kill("killed")
        async with self._lock:
            await self._end()

    async def _boot(self, ground: Ground) -> Interpreter:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        try:
            self._held.callback(ours.close)
            with theirs:
                spare = await self._held.enter_async_context(self._spares.taken(ground, channel=theirs.fileno()))
            command = Command(("python3", "-I", "-c", _SOURCE.read_text()))
            spare.go(ground.command_script(command, stdin=True))
            doors = asyncio.ensure_future(keep_open(spare.channel, ground.spec.doors))
            self._held.callback(doors.cancel)
            self._running = Interpreter(spare, ours)
            async with asyncio.timeout(_BOOT_SECONDS):
                if not await self._running.answered():
                    said = (await spare.child.read()).decode("utf-8", "replace").strip()[-400:]
                    raise SandboxUnavailable(f"no Python interpreter started in the sandbox: {said or 'no message'}")
        except BaseException as error:  # whatever went wrong, nothing stays
            await asyncio.shield(self._end())
            if isinstance(error, TimeoutError):
                raise SandboxUnavailable("the Python interpreter of the sandbox did not start in time") from error
            raise
        return self._running

    async def _end(self) -> None:
        self._hurry()
        running, self._running = self._running, None
        if running is not None:
            running.tree.kill("killed")
            await running.tree.end()
        await self._held.aclose()

    def _hurry(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _idle_end(self) -> None:
        self._closing = asyncio.get_running_loop().create_task(self.close())
