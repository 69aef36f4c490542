"""A warm interpreter of one sandbox: kept while it is busy, forked for each cell, under the same limits as a command."""

import asyncio
import contextlib
import json
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

from forgecrew.core.capped_output import CappedOutput
from forgecrew.core.command import Command, Reason, Result
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.bubblewrap.child import read_from
from forgecrew.integrations.bubblewrap.doors import keep_open
from forgecrew.integrations.bubblewrap.launch import Ground
from forgecrew.integrations.bubblewrap.run import Bounds, Usage, Watch, pump, result_of, verdict
from forgecrew.integrations.bubblewrap.spare import Spare
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
        self._running: _Running | None = None
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

    async def _boot(self, ground: Ground) -> "_Running":
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
            self._running = _Running(spare, ours)
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


class _Running:
    def __init__(self, spare: Spare, channel: socket.socket) -> None:
        self.tree = Tree(spare.child, spare.group)
        self._channel = channel
        self._group = spare.group

    async def cell(self, code: str, bounds: Bounds, watch: Watch, on_output: Callable[[bytes], None] | None) -> Result:
        began = time.monotonic()
        output = CappedOutput(bounds.output_bytes)
        if self._group is not None:
            self._group.forget_peak()
        before = Usage.of(self._group)
        watching = asyncio.ensure_future(watch(self.tree))
        exit_code: int | None = None
        said, says = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            async with asyncio.timeout(bounds.timeout_seconds):
                await self._ask(code, says)
                if await pump(lambda: read_from(said), self.tree, output, on_output):
                    exit_code = await self._status()
        except TimeoutError:
            self.tree.kill("timeout")
        finally:
            watching.cancel()
            os.close(said)
        usage = Usage.of(self._group).since(before)
        return result_of(*self._verdict(exit_code, usage), output, usage, began)

    async def answered(self) -> bytes:
        """The next line, empty at the end."""
        line = b""
        with contextlib.suppress(ConnectionError):
            while not line.endswith(b"\n"):
                if not (block := await asyncio.get_running_loop().sock_recv(self._channel, 4096)):
                    return b""
                line += block
        return line

    async def _ask(self, code: str, says: int) -> None:
        os.set_blocking(says, True)
        try:
            with contextlib.suppress(ConnectionError):  # it is gone, which its missing answer tells
                socket.send_fds(self._channel, [b"x"], [says])
                os.close(says)
                says = -1
                line = json.dumps({"code": code}).encode() + b"\n"
                await asyncio.get_running_loop().sock_sendall(self._channel, line)
        finally:
            if says >= 0:
                os.close(says)

    async def _status(self) -> int | None:
        line = await self.answered()
        return int(json.loads(line)["status"]) if line else None

    def _verdict(self, exit_code: int | None, usage: Usage) -> tuple[Reason, int | None]:
        if self.tree.reason:
            return self.tree.reason, None
        if exit_code is None and not usage.oom_kills:
            return "lost", None
        return verdict(exit_code, usage)
