"""The part of `work` that does code runs: claims them while there is room, also those that dead workers left."""

import asyncio
import logging
import re
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from forgecrew.core.code_run import CodeOutcome, CodeRun
from forgecrew.core.errors import ForgecrewError
from forgecrew.core.signals import Signal
from forgecrew.kernel.code_queue import CodeQueue, NotHeld
from forgecrew.kernel.code_repair import CodeRepair
from forgecrew.kernel.rounds import again_and_again
from forgecrew.ports.sandbox_backend import SandboxBackend

LOOK_SECONDS = 0.25
SWEEP_SECONDS = 60.0
TAKEOVERS_MAX = 8
"""A code run whose worker died so often is what kills workers."""
_SANDBOX = re.compile(r"code-([0-9a-z]{26})")

log = logging.getLogger(__name__)


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


class CodeWorker:
    """One per process, under the name and the lease of the process's worker.

    `now` is the clock of that lease, `alive` tells that the worker has it: who is not among the living holds nothing.
    """

    def __init__(
        self, queue: CodeQueue, repair: CodeRepair, sandboxes: SandboxBackend, now: Callable[[], datetime], *, slots: int = 2,
        alive: asyncio.Event | None = None,
    ) -> None:  # fmt: skip
        self._alive = alive or _set()
        self._queue, self._repair, self._sandboxes, self._now, self._slots = queue, repair, sandboxes, now, slots
        self._active: dict[str, asyncio.Task[None]] = {}
        self._stopped: set[str] = set()
        self._swept = float("-inf")

    async def run(self, stopping: asyncio.Event) -> None:
        """Until the event is set; what goes on then is left to others. Nothing is held before this worker counts as alive."""
        try:
            await again_and_again(self._look_if_changed, LOOK_SECONDS, stopping, so="code runs wait", beside=(ForgecrewError,))
        finally:
            await self._leave_all()

    async def _look_if_changed(self) -> None:
        if self._alive.is_set() and self._queue.news():
            await self.round()

    async def round(self) -> None:
        """Stop what was asked to, begin what is free, remove what was left lying."""
        if self._active:
            # Once each: a second time would disturb how it ends.
            for run_id in await self._queue.stops() & (set(self._active) - self._stopped):
                self._stopped.add(run_id)
                self._active[run_id].cancel()
        while len(self._active) < self._slots:
            run = await self._queue.claim(now=self._now(), besides=set(self._active))
            if run is None:
                break
            self._active[run.id] = asyncio.create_task(self._perform(run), name=f"code run {run.id}")
        now = asyncio.get_running_loop().time()
        if now - self._swept > SWEEP_SECONDS:
            self._swept = now
            await self.sweep()

    async def sweep(self) -> None:
        """Remove sandboxes of code runs that have ended elsewhere."""
        here = {found[1]: spec.id for spec in await self._sandboxes.list() if (found := _SANDBOX.fullmatch(spec.id))}
        for run_id in await self._queue.ended_among(list(here)) if here else ():
            if run_id not in self._active and (sandbox := await self._sandboxes.attach(here[run_id])) is not None:
                await sandbox.destroy()

    async def idle(self) -> None:
        """Wait until nothing goes on here."""
        while self._active:
            await asyncio.wait(list(self._active.values()))

    async def _perform(self, run: CodeRun) -> None:
        try:
            outcome, reason = await self._outcome(run)
            await self._queue.end(run.id, outcome, reason)
            log.info("code run %s ended as %s", run.id, outcome.value)
        except NotHeld:
            log.warning("code run %s belongs to another worker now", run.id)
        except (SQLAlchemyError, OSError) as error:
            log.warning("code run %s could not be kept and is taken up again: %s", run.id, error)
            await self._give_back(run.id)
        finally:
            self._stopped.discard(run.id)
            self._active.pop(run.id, None)

    async def _outcome(self, run: CodeRun) -> tuple[CodeOutcome, str]:
        if run.takeovers > TAKEOVERS_MAX:
            return CodeOutcome.FAILED, f"its worker died {run.takeovers} times"
        try:
            return await self._repair.perform(run)
        except asyncio.CancelledError:
            if run.id not in self._stopped:
                raise
            return CodeOutcome.STOPPED, "stopped by a person"
        except (ForgecrewError, Signal) as error:
            return CodeOutcome.FAILED, str(error)
        except (NotHeld, SQLAlchemyError, OSError):
            raise
        except Exception as error:
            # Whatever it is, people must not wait for ever; the log tells more.
            log.exception("code run %s failed", run.id)
            return CodeOutcome.FAILED, f"something went wrong inside forgecrew: {type(error).__name__}"

    async def _leave_all(self) -> None:
        going = list(self._active.items())
        for _, task in going:
            task.cancel()
        for run_id, task in going:
            await asyncio.wait([task], timeout=2.0)
            await self._give_back(run_id)

    async def _give_back(self, run_id: str) -> None:
        try:
            await self._queue.leave(run_id)
        except (SQLAlchemyError, OSError) as error:
            log.warning("code run %s is taken over by the lease: %s", run_id, error)
