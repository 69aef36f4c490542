import asyncio
import threading
import time

import pytest

from forgecrew.core.errors import ConfigError, ForgeUnavailable, LimitReached, RefusedError
from forgecrew.core.moment import utc_now
from forgecrew.core.new_task import NewTask
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.core.signals import AskHuman
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.core.task import Priority, TaskState
from forgecrew.kernel.queue import TaskQueue
from forgecrew.kernel.run_context import RunContext
from forgecrew.store.database import Database
from forgecrew.store.queries import tasks
from tests.unit.kernel.durable import ended, make_task, runs_of, task_of, until, working


async def test_a_task_is_claimed_done_and_ended(database: Database) -> None:
    task_id = await make_task(database, title="mend it")

    async def procedure(context: RunContext) -> RunResult:
        async def read() -> dict[str, object]:
            return {"title": context.task.title, "run": context.number}

        seen = await context.journal.step("read", read)
        return RunResult(Outcome.ANSWERED, seen["title"], state_json={"seen": seen}, pull_number=7)

    async with working(database, procedure):
        task = await ended(database, task_id)
    assert (task.outcome, task.reason, task.pull_number) == (Outcome.ANSWERED, "mend it", 7)
    assert task.state_json == {"seen": {"title": "mend it", "run": 1}}
    (run,) = await runs_of(database, task_id)
    assert (run.outcome, run.reason, run.worker_id, run.takeovers) == (Outcome.ANSWERED, "mend it", "work-1", 0)
    assert run.ended_at is not None


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (AskHuman(("Which one?", "Since when?")), Outcome.ASKED, "Which one?\nSince when?"),
        (LimitReached("the run has used its 60 steps"), Outcome.BLOCKED, "the run has used its 60 steps"),
        (RefusedError("push_branch was denied"), Outcome.BLOCKED, "push_branch was denied"),
        (ConfigError("the role is not enabled"), Outcome.BLOCKED, "the role is not enabled"),
        (ZeroDivisionError("division by zero"), Outcome.FAILED, "ZeroDivisionError: division by zero"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_what_a_procedure_raises_decides_the_outcome(
    sqlite_database: Database, error: Exception, outcome: Outcome, reason: str
) -> None:
    task_id = await make_task(sqlite_database)

    async def procedure(_context: RunContext) -> RunResult:
        raise error

    async with working(sqlite_database, procedure):
        task = await ended(sqlite_database, task_id)
    assert (task.outcome, task.reason) == (outcome, reason)


async def test_people_come_before_schedules_and_each_subject_has_one_run_at_a_time(sqlite_database: Database) -> None:
    order: list[int] = []
    together: set[str] = set()

    async def procedure(context: RunContext) -> RunResult:
        order.append(context.task.id)
        assert context.task.subject.key not in together
        together.add(context.task.subject.key)
        await asyncio.sleep(0.1)
        together.discard(context.task.subject.key)
        return RunResult(Outcome.ANSWERED)

    scheduled = await make_task(sqlite_database, 1, priority=Priority.SCHEDULE)
    agent = await make_task(sqlite_database, 1, priority=Priority.AGENT)
    human = await make_task(sqlite_database, 1)
    other = await make_task(sqlite_database, 2)
    async with working(sqlite_database, procedure, slots=1):
        for task_id in (scheduled, agent, human, other):
            await ended(sqlite_database, task_id)
    assert order == [human, other, agent, scheduled]
    order.clear()
    for task_id in (scheduled, agent, human):
        async with sqlite_database.write() as connection:
            assert await tasks.wake(connection, task_id)
    async with working(sqlite_database, procedure, slots=4):
        for task_id in (scheduled, agent, human):
            await ended(sqlite_database, task_id)
    assert order == [human, agent, scheduled]


async def test_a_world_that_is_down_is_tried_again_later_and_at_last_blocks(sqlite_database: Database) -> None:
    task_id = await make_task(sqlite_database)
    starts: list[int] = []

    async def procedure(context: RunContext) -> RunResult:
        starts.append(context.task.attempts)
        raise ForgeUnavailable("the forge does not answer")

    async def due() -> None:
        async with sqlite_database.write() as connection:
            await connection.exec_driver_sql("UPDATE task SET not_before = NULL")

    async with working(sqlite_database, procedure):
        for attempt in range(1, 5):
            await until(lambda attempt=attempt: len(starts) == attempt)
            task = await ended(sqlite_database, task_id, states=[TaskState.QUEUED])
            assert task.reason == f"the forge does not answer (attempt {attempt} of 5, it is tried again)"
            await due()
        task = await ended(sqlite_database, task_id)
    assert starts == [1, 2, 3, 4, 5]
    assert (task.outcome, task.reason) == (Outcome.BLOCKED, "the forge does not answer (tried 5 times)")
    assert len(await runs_of(sqlite_database, task_id)) == 5


async def test_a_step_that_runs_is_stopped_within_two_seconds_and_goodbye_can_be_said(database: Database) -> None:
    task_id = await make_task(database)
    at: dict[str, float] = {}

    async def procedure(context: RunContext) -> RunResult:
        async def think() -> None:
            at["begin"] = time.monotonic()
            await asyncio.sleep(30)

        async def tell() -> str:
            return "bye"

        try:
            await context.journal.step("think", think, retries=8)
        except LimitReached:
            at["heard"] = time.monotonic()
            at["told"] = await context.journal.step("tell", tell)
            raise
        raise AssertionError("not stopped")

    async with working(database, procedure):
        await until(lambda: "begin" in at)
        async with database.write() as connection:
            assert await tasks.ask_stop(connection, task_id, reason="the issue was closed")
        asked = time.monotonic()
        task = await ended(database, task_id)
    assert at["heard"] - asked < 2.0
    assert at["told"] == "bye"
    assert (task.outcome, task.reason) == (Outcome.STOPPED, "the issue was closed")


async def test_a_run_is_also_stopped_between_its_steps(sqlite_database: Database) -> None:
    task_id = await make_task(sqlite_database)
    begun = asyncio.Event()

    async def procedure(_context: RunContext) -> RunResult:
        begun.set()
        await asyncio.sleep(30)
        raise AssertionError("not stopped")

    async with working(sqlite_database, procedure):
        await begun.wait()
        async with sqlite_database.write() as connection:
            await tasks.ask_stop(connection, task_id, reason="enough")
        asked = time.monotonic()
        task = await ended(sqlite_database, task_id)
        assert time.monotonic() - asked < 4.0
    assert (task.outcome, task.reason) == (Outcome.STOPPED, "enough")


async def test_a_task_that_waits_or_was_woken_meanwhile_goes_on(sqlite_database: Database) -> None:
    task_id = await make_task(sqlite_database)
    go = asyncio.Event()
    numbers: list[int] = []

    async def procedure(context: RunContext) -> RunResult:
        numbers.append(context.number)
        await go.wait()
        return RunResult(Outcome.CHANGED, waits=context.number < 3)

    async with working(sqlite_database, procedure):
        await until(lambda: numbers == [1])
        async with sqlite_database.write() as connection:
            await tasks.wake(connection, task_id)
        go.set()
        await until(lambda: numbers == [1, 2])
        assert (await ended(sqlite_database, task_id, states=[TaskState.WAITING])).outcome is Outcome.CHANGED
        async with sqlite_database.write() as connection:
            await tasks.wake(connection, task_id)
        await ended(sqlite_database, task_id)
    assert numbers == [1, 2, 3]


async def test_draining_leaves_runs_to_the_next_worker_which_replays_them_on_its_own_loop(database: Database) -> None:
    task_id = await make_task(database)
    done: list[str] = []
    waiting = asyncio.Event()
    loops: set[tuple[int, str]] = set()

    async def procedure(context: RunContext) -> RunResult:
        async def first() -> int:
            done.append("first")
            return len(done)

        async def second() -> int:
            done.append("second")
            loops.add((id(asyncio.get_running_loop()), threading.current_thread().name))
            if done.count("second") == 1:
                waiting.set()
                await asyncio.sleep(30)
            return len(done)

        loops.add((id(asyncio.get_running_loop()), threading.current_thread().name))
        return RunResult(Outcome.CHANGED, f"{await context.journal.step('first', first)}"
                                          f"{await context.journal.step('second', second)}")  # fmt: skip

    async with working(database, procedure, worker_id="work-1"):
        await waiting.wait()
        asked = time.monotonic()
    assert time.monotonic() - asked < 5.0
    task = await task_of(database, task_id)
    assert task.state is TaskState.RUNNING
    (run,) = await runs_of(database, task_id)
    assert (run.worker_id, run.takeovers, run.ended_at) == ("", 0, None)
    async with working(database, procedure, worker_id="work-2"):
        task = await ended(database, task_id)
    assert done == ["first", "second", "second"]
    assert (task.outcome, task.reason) == (Outcome.CHANGED, "13")
    (run,) = await runs_of(database, task_id)
    assert (run.worker_id, run.takeovers) == ("work-2", 0)
    assert loops == {(id(asyncio.get_running_loop()), threading.main_thread().name)}


async def test_a_worker_that_was_held_for_dead_leaves_its_runs_and_takes_them_again(sqlite_database: Database) -> None:
    task_id = await make_task(sqlite_database)
    begins = 0

    async def procedure(context: RunContext) -> RunResult:
        async def work() -> None:
            nonlocal begins
            begins += 1
            await asyncio.sleep(30 if begins == 1 else 0)

        await context.journal.step("work", work)
        return RunResult(Outcome.CHANGED)

    async with working(sqlite_database, procedure):
        await until(lambda: begins == 1)
        async with sqlite_database.write() as connection:
            await connection.exec_driver_sql("UPDATE worker SET gone_at = started_at")
            await connection.exec_driver_sql("UPDATE run SET worker_id = 'work-0'")
        await ended(sqlite_database, task_id)
    assert begins == 2
    (run,) = await runs_of(sqlite_database, task_id)
    assert (run.worker_id, run.takeovers) == ("work-1", 1)


async def test_two_tasks_for_one_subject_wait_for_each_other(sqlite_database: Database) -> None:
    subject = Subject(RepoRef("acme", "tally"), "pull", 2)
    async with sqlite_database.write() as connection:
        first = await tasks.create(connection, NewTask("coder", "casey", subject, "mia"))
        second = await tasks.create(connection, NewTask("reviewer", "robin", subject, "mia"))
    assert first and second
    go = asyncio.Event()

    async def procedure(_context: RunContext) -> RunResult:
        await go.wait()
        return RunResult(Outcome.ANSWERED)

    async with working(sqlite_database, procedure, slots=4):
        await ended(sqlite_database, first, states=[TaskState.RUNNING])
        await asyncio.sleep(0.6)
        assert (await task_of(sqlite_database, second)).state is TaskState.QUEUED
        go.set()
        await ended(sqlite_database, second)


async def test_a_run_that_is_stuck_outside_of_steps_begins_again_from_its_journal(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forgecrew.kernel.active_run.STALL_SECONDS", 0.5)
    monkeypatch.setattr("forgecrew.kernel.reaper.BEGIN_SECONDS", 0.2)
    task_id = await make_task(sqlite_database)
    done: list[str] = []
    begins = 0

    async def procedure(context: RunContext) -> RunResult:
        nonlocal begins
        begins += 1

        async def slow() -> None:
            await asyncio.sleep(1.5)
            done.append("slow")

        await context.journal.step("slow", slow)
        if begins == 1:
            await asyncio.sleep(60)
        return RunResult(Outcome.CHANGED)

    async with working(sqlite_database, procedure):
        task = await ended(sqlite_database, task_id)
    assert (task.outcome, done, begins) == (Outcome.CHANGED, ["slow"], 2)
    (run,) = await runs_of(sqlite_database, task_id)
    assert run.takeovers == 1


async def test_a_run_that_never_began_is_begun_by_whoever_takes_it_over(sqlite_database: Database) -> None:
    task_id = await make_task(sqlite_database)
    lost = await TaskQueue(sqlite_database, "work-0").claim(now=utc_now())
    assert lost is not None

    async def procedure(context: RunContext) -> RunResult:
        return RunResult(Outcome.CHANGED, context.run_id)

    async with working(sqlite_database, procedure):
        assert (await ended(sqlite_database, task_id)).reason == lost.run_id
