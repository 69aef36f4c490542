"""A warm interpreter of one sandbox: its container is kept while it is busy, and forks for each cell."""

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import Callable

from forgecrew.core.capped_output import CappedOutput
from forgecrew.core.command import Result
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.podman.container import Container
from forgecrew.integrations.podman.counters import forget_peak, usage_of
from forgecrew.integrations.podman.run import Bounds, Watch, pump, result_of, verdict

_BOOT_SECONDS = 20.0
_IDLE_SECONDS = 60.0

Start = Callable[[], "contextlib.AbstractAsyncContextManager[Container]"]


class Cells:
    """Started with the first cell; ended by `close`, after a minute without a cell, and with a cell that was killed."""

    def __init__(self, start: Start, watch: Watch) -> None:
        self._start, self._watch = start, watch
        self._lock = asyncio.Lock()
        self._held = contextlib.AsyncExitStack()
        self._container: Container | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._closing: asyncio.Task[None] | None = None

    async def cell(self, code: str, bounds: Bounds, on_output: Callable[[bytes], None] | None) -> Result:
        """Run one cell to its end; cells of one sandbox take turns."""
        async with self._lock:
            self._hurry()
            container = self._container or await self._boot()
            result = None
            try:
                result = await self._ask(container, code, bounds, on_output)
                return result
            finally:
                if result is None or container.reason or result.reason == "lost" or not container.alive():
                    await asyncio.shield(self._end())
                else:
                    self._idle = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._idle_end)

    async def close(self) -> None:
        """End it; a cell that runs is killed."""
        if self._container is not None:
            self._container.kill("killed")
        async with self._lock:
            await self._end()

    async def _boot(self) -> Container:
        try:
            container = self._container = await self._held.enter_async_context(self._start())
            said = b""
            async with asyncio.timeout(_BOOT_SECONDS):
                while not said.endswith(b"warm\n") and (block := await container.stdout.read()):
                    said += block
                await container.found()
            if not said.endswith(b"warm\n"):
                text = said.decode("utf-8", "replace").strip()[-400:]
                raise SandboxUnavailable(f"no Python interpreter (python3) started in the sandbox: {text or 'no message'}")
            return container
        except BaseException as error:  # whatever went wrong, nothing stays
            await asyncio.shield(self._end())
            if isinstance(error, TimeoutError):
                raise SandboxUnavailable("the Python interpreter of the sandbox did not start in time") from error
            raise

    async def _ask(self, container: Container, code: str, bounds: Bounds, on_output: Callable[[bytes], None] | None) -> Result:
        began = time.monotonic()
        output = CappedOutput(bounds.output_bytes)
        marked = _Marked(container)
        forget_peak(container.groups)
        before = usage_of(container.groups)
        watching = asyncio.ensure_future(self._watch(container))
        line = json.dumps({"code": code, "mark": marked.mark.decode()}).encode() + b"\n"
        asking = asyncio.ensure_future(container.stdin.write(line))
        try:
            async with asyncio.timeout(bounds.timeout_seconds):
                await pump(marked.read, container, output, bounds, on_output)
        except TimeoutError:
            container.kill("timeout")
        finally:
            for task in (watching, asking):
                task.cancel()
        usage = usage_of(container.groups).since(before)
        reason, status = (container.reason, None) if container.reason else verdict(marked.status, usage)
        return result_of(reason, status, output, usage, time.monotonic() - began)

    async def _end(self) -> None:
        self._hurry()
        self._container = None
        await self._held.aclose()

    def _hurry(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _idle_end(self) -> None:
        self._closing = asyncio.get_running_loop().create_task(self.close())


class _Marked:
    """Reads what one cell prints, up to a mark that the cell cannot know; the status of the cell follows it."""

    def __init__(self, container: Container) -> None:
        self.mark = f"<{secrets.token_hex(16)}>".encode()
        self.status: int | None = None
        self._container = container
        self._pending = b""

    async def read(self) -> bytes:
        """The next block; empty behind the mark or at the end of everything."""
        while self.status is None:
            before, mark, behind = self._pending.partition(self.mark)
            if not mark:
                before = self._pending[: len(self._pending) - self._begun()]
            if before:
                self._pending = self._pending[len(before) :]
                return before
            if mark and behind.endswith(b"\n"):
                self.status = int(behind)
                break
            if not (block := await self._container.stdout.read()):
                break
            self._pending += block
        return b""

    def _begun(self) -> int:
        """How much of the mark the pending text may end with."""
        lengths = range(min(len(self.mark) - 1, len(self._pending)), 0, -1)
        return next((length for length in lengths if self._pending.endswith(self.mark[:length])), 0)
