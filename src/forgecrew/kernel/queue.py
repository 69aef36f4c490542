"""The queue of durable tasks as one worker uses it: claim, hold, end, leave, take over."""

from dataclasses import dataclass
from datetime import datetime

from forgecrew.core.run import Run
from forgecrew.core.task import Task, TaskState
from forgecrew.kernel.ending import Ending
from forgecrew.store.database import Database
from forgecrew.store.queries import claiming, running, runs


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task that this worker does now, and the run that was made for it."""

    task: Task
    run_id: str


class TaskQueue:
    """Every change is one transaction, so a worker that dies leaves a task queued or its run to be taken over."""

    def __init__(self, database: Database, worker_id: str) -> None:
        self.worker_id = worker_id
        self._database, self._changes = database, database.changes()

    def news(self) -> bool:
        """Whether a look for tasks can find more than the last one; asked first, it makes waiting nearly free."""
        return self._changes.any()

    async def claim(self, *, now: datetime) -> Claimed | None:
        """Set the best queued task running: people before schedules, then the oldest, one at a time per subject."""
        async with self._database.read() as connection:
            if not await running.any_queued(connection, now=now):
                return None
        async with self._database.write() as connection:
            task = await claiming.claim_next(connection, self.worker_id, now=now)
            if task is None:
                return None
            return Claimed(task, await runs.create(connection, task_id=task.id, worker_id=self.worker_id))

    async def mine(self, run_id: str) -> tuple[Run, Task] | None:
        """A run that this worker holds, with its task; None when it has ended or is somebody else's."""
        async with self._database.read() as connection:
            return await running.mine(connection, run_id, self.worker_id)

    async def end(self, run_id: str, ending: Ending) -> TaskState | None:
        """Close a run and set its task as the ending tells; None, and nothing changes, when this worker holds it no more."""
        async with self._database.write() as connection:
            held = await running.mine(connection, run_id, self.worker_id, lock=True)
            if held is None:
                return None
            task, result = held[1], ending.result
            await runs.end(connection, run_id, result.outcome, result.reason)
            if ending.postpone_seconds is not None and not task.stop_asked:
                await claiming.postpone(connection, task.id, seconds=ending.postpone_seconds, reason=result.reason)
                return TaskState.QUEUED
            return await claiming.end(connection, task.id, result, run_id=run_id) or task.state

    async def orphans(self, *, now: datetime) -> list[Run]:
        """Open runs that no living worker holds, oldest first."""
        async with self._database.read() as connection:
            return await runs.orphans(connection, now=now)

    async def take_over(self, run: Run) -> bool:
        """Hold a run from now on; False when somebody was faster. Counts as a takeover unless its worker left it in order."""
        async with self._database.write() as connection:
            if run.worker_id:
                return await runs.set_worker(connection, run.id, self.worker_id, instead_of=run.worker_id)
            return await running.take_left(connection, run.id, self.worker_id)

    async def stops(self) -> dict[str, str]:
        """Runs of this worker whose task was asked to stop, each with the reason."""
        async with self._database.read() as connection:
            return await running.stops(connection, self.worker_id)

    async def leave(self, run_ids: list[str]) -> None:
        """Give runs back, to be taken over at once."""
        async with self._database.write() as connection:
            await running.leave(connection, run_ids, self.worker_id)
