from datetime import timedelta

from forgecrew.core.moment import utc_now
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.core.task import TaskState
from forgecrew.kernel.ending import Ending
from forgecrew.kernel.queue import TaskQueue
from forgecrew.store.database import Database
from forgecrew.store.queries import tasks
from tests.unit.kernel.durable import make_task, runs_of, task_of

DONE = Ending(RunResult(Outcome.CHANGED, "done"))


async def test_a_claim_makes_a_run_in_the_same_breath(database: Database) -> None:
    queue = TaskQueue(database, "work-1")
    assert await queue.claim(now=utc_now()) is None
    task_id = await make_task(database)
    claimed = await queue.claim(now=utc_now())
    assert claimed is not None
    assert (claimed.task.id, claimed.task.attempts) == (task_id, 1)
    (run,) = await runs_of(database, task_id)
    assert (run.id, run.worker_id, run.number) == (claimed.run_id, "work-1", 1)
    assert await queue.claim(now=utc_now()) is None


async def test_only_the_holder_may_end_a_run(database: Database) -> None:
    task_id = await make_task(database)
    first, second = TaskQueue(database, "work-1"), TaskQueue(database, "work-2")
    claimed = await first.claim(now=utc_now())
    assert claimed is not None
    (run,) = await first.orphans(now=utc_now())
    assert await second.take_over(run)
    assert not await second.take_over(run)
    assert await first.end(claimed.run_id, DONE) is None
    assert await first.mine(claimed.run_id) is None
    assert (await task_of(database, task_id)).state is TaskState.RUNNING
    assert await second.end(claimed.run_id, DONE) is TaskState.ENDED
    assert await second.end(claimed.run_id, DONE) is None
    assert await second.orphans(now=utc_now()) == []


async def test_a_run_that_was_left_is_taken_without_counting_a_death(database: Database) -> None:
    task_id = await make_task(database)
    first, second = TaskQueue(database, "work-1"), TaskQueue(database, "work-2")
    claimed = await first.claim(now=utc_now())
    assert claimed is not None
    await second.leave([claimed.run_id])
    assert await first.mine(claimed.run_id) is not None
    await first.leave([claimed.run_id])
    assert await first.mine(claimed.run_id) is None
    (run,) = await first.orphans(now=utc_now())
    assert await second.take_over(run)
    assert not await first.take_over(run)
    (run,) = await runs_of(database, task_id)
    assert (run.worker_id, run.takeovers) == ("work-2", 0)


async def test_a_postponed_task_comes_back_when_its_time_has_come_and_a_stopped_one_never(database: Database) -> None:
    queue = TaskQueue(database, "work-1")
    later = Ending(RunResult(Outcome.BLOCKED, "the forge is down"), 60.0)
    task_id = await make_task(database)
    claimed = await queue.claim(now=utc_now())
    assert claimed is not None
    assert await queue.end(claimed.run_id, later) is TaskState.QUEUED
    assert await queue.claim(now=utc_now()) is None
    again = await queue.claim(now=utc_now() + timedelta(seconds=61))
    assert again is not None
    assert again.task.attempts == 2
    async with database.write() as connection:
        await tasks.ask_stop(connection, task_id, reason="enough")
    assert await queue.stops() == {again.run_id: "enough"}
    assert await queue.end(again.run_id, later) is TaskState.ENDED
    assert await queue.stops() == {}
