"""A clean sandbox for each piece of work on a code run; a machine that has none at the moment is waited for."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.sandbox_backend import SandboxBackend

# Waits for a machine on which no sandbox can be made, about a minute in all.
PAUSES_SECONDS = (0.5, 2.0, 5.0, 15.0, 30.0)
Done = TypeVar("Done")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CleanSandboxes:
    """`spec` is what each is made like."""

    sandboxes: SandboxBackend
    spec: SandboxSpec
    pauses_seconds: tuple[float, ...] = PAUSES_SECONDS

    async def within(self, run_id: str, work: Callable[[Sandbox], Awaitable[Done]]) -> Done:
        """What the work gives; it begins anew in another sandbox when one could not be made, or was lost on the way.

        That says nothing about the program: a machine is like that while it is busy, or while what a killed worker ran is
        being cleared away. Raises SandboxUnavailable when it stays so.
        """
        for pause in (*self.pauses_seconds, None):
            try:
                async with self._made(f"code-{run_id}") as sandbox:
                    return await work(sandbox)
            except SandboxUnavailable as error:
                if pause is None:
                    raise
                log.warning("code run %s waits %g s for a sandbox: %s", run_id, pause, error)
                await asyncio.sleep(pause)
        raise AssertionError("the last pause is None")

    @asynccontextmanager
    async def _made(self, name: str) -> AsyncGenerator[Sandbox]:
        if (left := await self.sandboxes.attach(name)) is not None:
            await left.destroy()
        sandbox = await self.sandboxes.create(replace(self.spec, id=name))
        try:
            yield sandbox
        finally:
            try:
                await sandbox.destroy()
            except SandboxUnavailable as error:  # what was done in it holds; whoever sweeps tries again
                log.warning("%s stays for a while: %s", name, error)
