import asyncio
from datetime import timedelta

import pytest

from forgecrew.core.moment import utc_now
from forgecrew.core.new_task import NewTask
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.core.task import Priority, TaskState
from forgecrew.store.database import Database
from forgecrew.store.queries import claiming, runs, task_lists, tasks, workers

REPO = RepoRef("acme", "tally")


def new(number: int = 1, role: str = "coder", **more: object) -> NewTask:
    return NewTask(role=role, agent="casey", subject=Subject(REPO, "issue", number), asked_by="mia", **more)  # type: ignore[arg-type]


async def make(database: Database, task: NewTask) -> int:
    async with database.write() as connection:
        made = await tasks.create(connection, task)
    assert made is not None
    return made


async def begin(database: Database, worker: str = "w1") -> tuple[int, str]:
    async with database.write() as connection:
        claimed = await claiming.claim_next(connection, worker, now=utc_now())
        assert claimed is not None
        return claimed.id, await runs.create(connection, task_id=claimed.id, worker_id=worker)


async def state(database: Database, task_id: int) -> TaskState:
    async with database.read() as connection:
        found = await tasks.get(connection, task_id)
    assert found is not None
    return found.state


async def test_only_one_open_task_per_subject_and_role(database: Database) -> None:
    await make(database, new())
    async with database.write() as connection:
        assert await tasks.create(connection, new()) is None
        assert await tasks.create(connection, new(role="triager")) is not None


async def test_people_come_before_schedules_and_a_subject_is_worked_on_once(database: Database) -> None:
    scheduled = await make(database, new(1, priority=Priority.SCHEDULE))
    first = await make(database, new(2))
    await make(database, new(2, role="triager"))
    async with database.write() as connection:
        claimed = [await claiming.claim_next(connection, "w1", now=utc_now()) for _ in range(3)]
    assert [task.id if task else None for task in claimed] == [first, scheduled, None]
    assert claimed[0] is not None
    assert (claimed[0].attempts, claimed[0].state) == (1, TaskState.RUNNING)


async def test_workers_never_get_the_same_task(database: Database) -> None:
    made = {await make(database, new(number)) for number in range(1, 11)}

    async def claim(worker: int) -> int | None:
        async with database.write() as connection:
            found = await claiming.claim_next(connection, f"w{worker}", now=utc_now())
            return found.id if found else None

    claimed = await asyncio.gather(*(claim(worker) for worker in range(12)))
    assert sorted(filter(None, claimed)) == sorted(made)


async def test_a_task_waits_and_an_event_queues_it_again(database: Database) -> None:
    task_id = await make(database, new())
    _, run_id = await begin(database)
    result = RunResult(Outcome.CHANGED, waits=True, state_json={"branch": "casey/1"}, pull_number=7)
    async with database.write() as connection:
        assert await claiming.end(connection, task_id, result, run_id=run_id) is TaskState.WAITING
        assert await claiming.end(connection, task_id, result, run_id=run_id) is None
        assert await tasks.wake(connection, task_id)
        assert not await tasks.wake(connection, task_id)
        (found, head_sha), *_ = await task_lists.concerning(connection, Subject(REPO, "pull", 7))
    assert (found.id, found.state, found.state_json, head_sha) == (task_id, TaskState.QUEUED, {"branch": "casey/1"}, "")


async def test_an_event_during_a_run_queues_the_task_when_the_run_ends(database: Database) -> None:
    task_id = await make(database, new())
    _, run_id = await begin(database)
    async with database.write() as connection:
        assert await tasks.wake(connection, task_id)
        assert await claiming.end(connection, task_id, RunResult(Outcome.ANSWERED), run_id=run_id) is TaskState.QUEUED
    _, second = await begin(database)
    async with database.write() as connection:
        assert await claiming.end(connection, task_id, RunResult(Outcome.ANSWERED), run_id=second) is TaskState.ENDED
        assert [run.number for run in await runs.by_task(connection, task_id)] == [1, 2]


async def test_an_ended_task_wakes_only_while_no_other_is_open(database: Database) -> None:
    task_id = await make(database, new())
    _, run_id = await begin(database)
    async with database.write() as connection:
        await claiming.end(connection, task_id, RunResult(Outcome.ASKED), run_id=run_id)
    other = await make(database, new())
    async with database.write() as connection:
        assert not await tasks.wake(connection, task_id)
        await tasks.ask_stop(connection, other, reason="closed")
        assert await tasks.wake(connection, task_id)


@pytest.mark.parametrize("outcome", [None, Outcome.CHANGED])
async def test_stopping(database: Database, outcome: Outcome | None) -> None:
    task_id = await make(database, new())
    if outcome:
        _, run_id = await begin(database)
        async with database.write() as connection:
            await claiming.end(connection, task_id, RunResult(outcome, waits=True), run_id=run_id)
    async with database.write() as connection:
        assert await tasks.ask_stop(connection, task_id, reason="closed")
        assert not await tasks.ask_stop(connection, task_id, reason="closed")
        found = await tasks.get(connection, task_id)
    assert found is not None
    assert (found.state, found.outcome) == (TaskState.ENDED, outcome or Outcome.STOPPED)


async def test_a_running_task_is_asked_and_ends_even_when_woken(database: Database) -> None:
    task_id = await make(database, new())
    _, run_id = await begin(database)
    async with database.write() as connection:
        await tasks.wake(connection, task_id)
        await tasks.ask_stop(connection, task_id, reason="closed")
        found = await tasks.get(connection, task_id)
        assert found is not None
        assert (found.state, found.stop_asked) == (TaskState.RUNNING, True)
        assert await claiming.end(connection, task_id, RunResult(Outcome.STOPPED), run_id=run_id) is TaskState.ENDED


async def test_postponed_tasks_come_back_later_and_their_attempts_count(database: Database) -> None:
    task_id = await make(database, new())
    await begin(database)
    async with database.write() as connection:
        await claiming.postpone(connection, task_id, seconds=60, reason="the model server is down")
        assert await claiming.claim_next(connection, "w1", now=utc_now()) is None
        again = await claiming.claim_next(connection, "w1", now=utc_now() + timedelta(seconds=61))
    assert again is not None
    assert again.attempts == 2


async def test_a_dead_workers_run_is_taken_over_once(database: Database) -> None:
    task_id = await make(database, new())
    now = utc_now()
    async with database.write() as connection:
        for worker in ("w1", "w2"):
            await workers.join(connection, worker, kind="work", host="h", pid=1, now=now, lease_seconds=6)
    _, run_id = await begin(database)
    later = now + timedelta(seconds=7)
    async with database.write() as connection:
        assert await runs.orphans(connection, now=now) == []
        assert await workers.beat(connection, "w2", now=later, lease_seconds=6)
        assert await workers.dead(connection, now=later) == ["w1"]
        assert [run.id for run in await runs.orphans(connection, now=later)] == [run_id]
        assert await runs.set_worker(connection, run_id, "w2", instead_of="w1")
        assert not await runs.set_worker(connection, run_id, "w3", instead_of="w1")
        await workers.gone(connection, "w1", now=later)
        assert not await workers.beat(connection, "w1", now=later, lease_seconds=6)
        assert await workers.alive(connection, kind="work", now=later) == ["w2"]
        await runs.progress(connection, run_id, stage="edit", plan=[("edit", "running")], diff="+x")
        await runs.end(connection, run_id, Outcome.CHANGED, "done")
        found = await runs.get(connection, run_id)
        assert await runs.orphans(connection, now=later + timedelta(seconds=60)) == []
    assert found is not None
    assert (found.task_id, found.worker_id, found.takeovers, found.stage) == (task_id, "w2", 1, "edit")
    assert (found.plan, found.diff, found.outcome) == ((("edit", "running"),), "+x", Outcome.CHANGED)


async def test_lists(database: Database) -> None:
    for number in (1, 2, 3):
        await make(database, new(number))
    task_id, run_id = await begin(database)
    async with database.write() as connection:
        await claiming.end(connection, task_id, RunResult(Outcome.ASKED), run_id=run_id)
        assert [task.id for task in await task_lists.watched(connection, "casey", since=utc_now() - timedelta(1))] == [task_id]
        assert [task.subject.number for task in await task_lists.recent(connection, states=[TaskState.QUEUED])] == [3, 2]
        assert (await task_lists.counts(connection))[TaskState.QUEUED] == 2


async def test_of_stopping_and_being_asked_for_again_the_later_counts(database: Database) -> None:
    for asked_last, state in (("wake", TaskState.QUEUED), ("stop", TaskState.ENDED)):
        async with database.write() as connection:
            made = await tasks.create(connection, new(number=70 + len(asked_last) + ord(asked_last[0])))
            claimed = await claiming.claim_next(connection, "w", now=utc_now())
            assert made and claimed and claimed.id == made
            run_id = await runs.create(connection, task_id=made, worker_id="w")
            for wish in ("stop", "wake") if asked_last == "wake" else ("wake", "stop"):
                await (tasks.wake(connection, made) if wish == "wake" else tasks.ask_stop(connection, made, reason="x"))
            assert await claiming.end(connection, made, RunResult(Outcome.STOPPED), run_id=run_id) is state
            found = await tasks.get(connection, made)
            assert found and found.stop_asked is (state is TaskState.ENDED)
            await tasks.ask_stop(connection, made, reason="over")
