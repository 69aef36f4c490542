"""A warm interpreter of one sandbox, kept while that is busy: it forks for each cell, under the same limits as a command."""

import asyncio
import contextlib
import time

from forgecrew.core.capped_output import CappedOutput
from forgecrew.core.command import Command, Result
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.sandboxing.begun import Begun
from forgecrew.sandboxing.live import Live
from forgecrew.sandboxing.marked import Marked
from forgecrew.sandboxing.programs import program
from forgecrew.sandboxing.run import Hearing, OnOutput
from forgecrew.sandboxing.wish import Bounds, Wish

_BOOT_SECONDS = 20.0
_IDLE_SECONDS = 60.0


class Cells:
    """Started with the first cell; ended by `close`, after a minute without a cell, and with a cell that was killed."""

    def __init__(self, live: Live, spec: SandboxSpec) -> None:
        self._live, self._spec = live, spec
        self._lock = asyncio.Lock()
        self._held = contextlib.AsyncExitStack()
        self._begun: Begun | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._closing: asyncio.Task[None] | None = None

    async def cell(self, code: str, bounds: Bounds, on_output: OnOutput | None) -> Result:
        """Run one cell to its end; cells of one sandbox take turns."""
        async with self._lock:
            self._hurry()
            begun = self._begun or await self._boot()
            result = None
            try:
                result = await self._ask(begun, code, bounds, on_output)
                return result
            finally:
                if result is None or begun.reason or result.reason == "lost" or not begun.alive():
                    await asyncio.shield(self._end())
                else:
                    self._idle = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._idle_end)

    async def close(self) -> None:
        """End it; a cell that runs is killed."""
        if self._begun is not None:
            self._begun.kill("killed")
        async with self._lock:
            await self._end()

    async def _boot(self) -> Begun:
        try:
            begun = self._begun = await self._start()
            said = b""
            async with asyncio.timeout(_BOOT_SECONDS):
                while not said.endswith(b"warm\n") and (block := await begun.read()):
                    said += block
            if not said.endswith(b"warm\n"):
                text = said.decode("utf-8", "replace").strip()[-400:]
                raise SandboxUnavailable(f"no Python interpreter (python3) started in the sandbox: {text or 'no message'}")
            return begun
        except BaseException as error:  # whatever went wrong, nothing stays
            await asyncio.shield(self._end())
            if isinstance(error, TimeoutError):
                raise SandboxUnavailable("the Python interpreter of the sandbox did not start in time") from error
            raise

    async def _start(self) -> Begun:
        profile, command = self._spec.profile, Command(("python3", "-I", "-c", program("zygote")))
        wish = Wish(command, profile, profile.wall_seconds, gate=bool(self._spec.doors), streams=True)
        begun, _ = await self._held.enter_async_context(self._live.begun(wish))
        self._held.push_async_callback(begun.end)
        return begun

    async def _ask(self, begun: Begun, code: str, bounds: Bounds, on_output: OnOutput | None) -> Result:
        began = time.monotonic()
        hearing, marked = Hearing(begun, CappedOutput(bounds.output_bytes), on_output), Marked(begun.read)
        begun.forget_peak()
        before = begun.usage()
        watching = asyncio.ensure_future(self._live.watch(begun))
        try:
            async with asyncio.timeout(bounds.timeout_seconds):
                await begun.write(marked.request(code))
                await hearing.pump(marked.read)
        except TimeoutError:
            await hearing.cut_off(marked.read)
        finally:
            watching.cancel()
        return hearing.result(marked.status, begun.usage().since(before), time.monotonic() - began)

    async def _end(self) -> None:
        self._hurry()
        begun, self._begun = self._begun, None
        held, self._held = self._held, contextlib.AsyncExitStack()
        if begun is not None and begun.reason is None:
            begun.kill("killed")
        await held.aclose()

    def _hurry(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _idle_end(self) -> None:
        self._closing = asyncio.get_running_loop().create_task(self._rest(self._idle))

    async def _rest(self, since: asyncio.TimerHandle | None) -> None:
        async with self._lock:
            if self._idle is since:  # no cell came first
                await self._end()
