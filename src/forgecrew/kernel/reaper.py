"""Taking over runs: of dead workers, of those that left in order, and of our own that got stuck or were lost on the way."""

import asyncio
import logging

from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.core.run import Run
from forgecrew.kernel.ending import Ending
from forgecrew.kernel.journal_engine import Found, JournalEngine
from forgecrew.kernel.lease import Lease
from forgecrew.kernel.performing import Performer
from forgecrew.kernel.queue import TaskQueue

TAKEOVERS_MAX = 8
"""A run whose worker died so often without getting on is what kills workers, and fails; each step allows as many again."""
BEGIN_SECONDS = 10.0
"""How long a run that this worker holds may take to begin before it is sent for again."""
FOREIGN_PATIENCE_SECONDS = 120.0
"""How long a run with a journal of another version waits for a worker of that version before its task starts anew."""

log = logging.getLogger(__name__)


class Reaper:
    """One per worker; several may look at the same time, each run goes to one of them."""

    def __init__(self, lease: Lease, queue: TaskQueue, engine: JournalEngine, performer: Performer) -> None:
        self._lease, self._queue, self._engine, self._performer = lease, queue, engine, performer
        self._foreign: dict[str, float] = {}

    async def round(self, slots: int) -> int:
        """Bury who died, take over at most `slots` runs that nobody holds; gives how many were taken."""
        for worker_id in await self._lease.bury():
            log.warning("the worker %s is dead", worker_id)
            await self._engine.forget_worker(worker_id)
        taken = 0
        for run in await self._queue.orphans(now=self._lease.now()):
            if taken >= slots:
                break
            taken += await self._take(run)
        return taken

    async def rescue(self) -> None:
        """Send again for runs that should have begun here but did not, and leave those that are stuck."""
        now = asyncio.get_running_loop().time()
        for run_id, active in list(self._performer.active.items()):
            if active.stuck():
                log.warning("run %s has not moved for long and is begun again from its journal", run_id)
                active.leave()
        for run_id, since in list(self._performer.expected.items()):
            if now - since < BEGIN_SECONDS:
                continue
            found = await self._queue.mine(run_id)
            self._performer.expected.pop(run_id, None)
            if found is not None:
                await self._take(found[0])

    async def _take(self, run: Run) -> bool:
        if run.id in self._performer.active:
            # It goes on here without right, since others held this worker for dead: first it must let go.
            self._performer.active[run.id].leave()
            return False
        if run.takeovers >= TAKEOVERS_MAX * (1 + run.steps) and run.worker_id:
            return await self._give_up(run, f"its worker died or lost it {run.takeovers} times")
        version = await self._engine.version_of(run.id)
        if version and version != self._engine.version:
            await self._wait_for_its_version(run, version)
            return False
        if not await self._queue.take_over(run):
            return False
        self._performer.expect(run.id)
        log.info("run %s of task %s is taken over from %s", run.id, run.task_id, run.worker_id or "a worker that stopped")
        if await self._engine.go_on(run.id) is Found.OVER:
            self._performer.expected.pop(run.id, None)
            await self._queue.end(run.id, Ending(RunResult(Outcome.FAILED, "its journal ended without an ending of the run")))
            return False
        return True

    async def _wait_for_its_version(self, run: Run, version: str) -> None:
        now = asyncio.get_running_loop().time()
        if run.id not in self._foreign:
            self._foreign[run.id] = now
            log.warning(
                "run %s of task %s is left alone: version %r of the journal wrote it, this worker replays %r; "
                "start a worker of that version, or the task starts anew in %g s",
                run.id, run.task_id, version, self._engine.version, FOREIGN_PATIENCE_SECONDS,
            )  # fmt: skip
        elif now - self._foreign[run.id] > FOREIGN_PATIENCE_SECONDS:
            del self._foreign[run.id]
            reason = f"version {version} of the journal cannot be replayed by {self._engine.version}: the task starts anew"
            await self._give_up(run, reason, again=True)

    async def _give_up(self, run: Run, reason: str, *, again: bool = False) -> bool:
        if await self._queue.take_over(run):
            log.error("run %s of task %s is given up: %s", run.id, run.task_id, reason)
            outcome = Outcome.BLOCKED if again else Outcome.FAILED
            await self._queue.end(run.id, Ending(RunResult(outcome, reason), 0.0 if again else None))
            await self._engine.shut(run.id)
        return False
