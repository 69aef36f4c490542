"""Two programs that answer each other for ever: each answer wakes the task, and the house does not burn."""

from datetime import timedelta

from forgecrew.core.moment import utc_now
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.kernel.ending import Ending
from forgecrew.kernel.queue import TaskQueue
from forgecrew.store.database import Database
from forgecrew.store.queries import tasks
from forgecrew.store.queries.claiming import RUNS_PER_HOUR_MAX
from tests.unit.kernel.durable import make_task, task_of


async def test_a_subject_has_so_many_runs_an_hour_and_no_more(database: Database) -> None:
    task_id = await make_task(database)
    queue = TaskQueue(database, "work-1")
    asked = Ending(RunResult(Outcome.ASKED, "which?", waits=True))
    begun = 0
    for _ in range(RUNS_PER_HOUR_MAX + 20):
        claimed = await queue.claim(now=utc_now())
        if claimed is not None:
            begun += 1
            await queue.end(claimed.run_id, asked)
        async with database.write() as connection:
            await tasks.wake(connection, task_id)
    assert begun == RUNS_PER_HOUR_MAX
    assert (await task_of(database, task_id)).state.value == "queued", "it is late, not lost"
    later = await queue.claim(now=utc_now() + timedelta(hours=1, minutes=1))
    assert later is not None and later.task.id == task_id
