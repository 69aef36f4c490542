"""Doing runs: the body of their workflows, from the claimed task to its ending, for all runs of this process."""

import asyncio
import logging
from collections.abc import Sequence

from forgecrew.core.json import Json
from forgecrew.core.outcome import RunResult
from forgecrew.core.run import Run
from forgecrew.core.task import Task
from forgecrew.kernel.active_run import ActiveRun
from forgecrew.kernel.journal import RunJournal, RunLeft
from forgecrew.kernel.queue import TaskQueue
from forgecrew.kernel.run_context import ProcedureFor, RunContext

RETRY_PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Pauses before a step is tried again while the world is down."""

log = logging.getLogger(__name__)


class Performer:
    """`active` has the runs that are going on; `expected` those that this worker holds but that have not begun here (again)."""

    def __init__(
        self, queue: TaskQueue, procedure_for: ProcedureFor, *, pauses_seconds: Sequence[float] = RETRY_PAUSES_SECONDS
    ) -> None:
        self.active: dict[str, ActiveRun] = {}
        self.expected: dict[str, float] = {}
        self.draining = False
        self._queue, self._procedure_for, self._pauses = queue, procedure_for, pauses_seconds

    @property
    def held(self) -> list[str]:
        """Ids of all runs that this worker answers for."""
        return [*self.active, *self.expected]

    def expect(self, run_id: str) -> None:
        """A run is about to begin here."""
        self.expected[run_id] = asyncio.get_running_loop().time()

    async def perform(self, run_id: str) -> Json:
        """One run from its beginning, or from the end of its journal, to its ending; what its workflow keeps as result."""
        found = None if self.draining else await self._queue.mine(run_id)
        if found is None or run_id in self.active:
            # Ended meanwhile or somebody else's: in both cases this worker has nothing to write.
            self.expected.pop(run_id, None)
            raise RunLeft
        run, task = found
        active = self._begin(run, task)
        self.active[run_id] = active
        self.expected.pop(run_id, None)
        try:
            ending = await active.ending(task.attempts)
            state = await self._queue.end(run_id, ending)
        except RunLeft:
            self._missed(run_id)
            raise
        except Exception as error:
            # The ending could not be written; a later replay of the journal comes to the same one.
            log.exception("run %s of task %s came to its end, which could not be kept", run_id, task.id)
            self._missed(run_id)
            raise RunLeft from error
        finally:
            del self.active[run_id]
        if state is None:
            log.warning("run %s of task %s belongs to another worker now", run_id, task.id)
            raise RunLeft
        log.info("task %s: run %s ended as %s, the task is %s", task.id, run.number, ending.result.outcome.value, state.value)
        return {"outcome": ending.result.outcome.value, "reason": ending.result.reason}

    async def leave_all(self, *, timeout_seconds: float) -> None:
        """Stop all runs without an ending, so that other workers go on with them."""
        procedures = [one.procedure for one in self.active.values()]
        for one in list(self.active.values()):
            one.leave()
        if procedures:
            await asyncio.wait(procedures, timeout=timeout_seconds)

    def _begin(self, run: Run, task: Task) -> ActiveRun:
        journal = RunJournal(run.id, pauses_seconds=self._pauses)
        context = RunContext(task, run.id, journal, run.number)

        async def go() -> RunResult:
            return await self._procedure_for(task)(context)

        log.info("task %s: run %s of %s on %s%s", task.id, run.number, task.role, task.subject.key,
                 " goes on here" if run.takeovers else "")  # fmt: skip
        return ActiveRun(journal, asyncio.create_task(go(), name=f"run {run.id}"))

    def _missed(self, run_id: str) -> None:
        if not self.draining:
            self.expect(run_id)
