"""Real worker processes, killed and stopped."""

import asyncio
import signal
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from forgecrew.core.outcome import Outcome
from forgecrew.core.task import TaskState
from forgecrew.kernel.reaper import TAKEOVERS_MAX
from forgecrew.store.database import Database
from tests.unit.kernel.durable import ended, make_task, runs_of, until
from tests.worker_process import start_worker

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "steps.log"
    path.touch()
    return path


@pytest.fixture
async def start(database: Database, log: Path) -> AsyncIterator[Start]:
    processes: list[subprocess.Popen[str]] = []

    def go(**options: object) -> "subprocess.Popen[str]":
        url = database.url.replace("+aiosqlite", "").replace("+asyncpg", "")
        processes.append(start_worker(url, log, **options))  # type: ignore[arg-type]
        return processes[-1]

    yield go
    for process in processes:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def marks(log: Path, kind: str) -> Counter[tuple[str, str]]:
    """How often each (run, step) began or ended."""
    rows = [line.split() for line in log.read_text().splitlines()]
    return Counter((row[0], row[1]) for row in rows if row[2] == kind)


async def test_runs_of_a_killed_worker_go_on_elsewhere_with_each_finished_step_done_once(
    database: Database, log: Path, start: Start
) -> None:
    ids = [await make_task(database, number, "steps=4 seconds=0.4") for number in range(1, 5)]
    first = start()
    await until(lambda: len([1 for _, step in marks(log, "end") if step == "0"]) == 4)
    second = start()
    first.kill()
    first.wait()
    finished = set(marks(log, "end"))
    killed = time.monotonic()
    for task_id in ids:
        task = await ended(database, task_id)
        assert (task.outcome, task.reason) == (Outcome.CHANGED, "sum 6")
        (run,) = await runs_of(database, task_id)
        assert run.takeovers <= 1
    assert time.monotonic() - killed < 12
    assert set(marks(log, "end").values()) == {1}
    begins = marks(log, "begin")
    assert len(begins) == 16
    for run_id in {run_id for run_id, _ in begins}:
        redone = {step: times for (run, step), times in begins.items() if run == run_id and times > 1}
        assert len(redone) <= 1 and set(redone.values()) <= {2}
        assert not {(run_id, step) for step in redone} & finished
    assert {line.split()[-1] for line in log.read_text().splitlines()} == {"MainThread"}
    second.send_signal(signal.SIGTERM)
    stopping = time.monotonic()
    assert second.wait(8) == 0
    assert time.monotonic() - stopping < 5


async def test_a_worker_that_was_asked_to_stop_leaves_its_run_and_starts_it_again_after_its_own_restart(
    database: Database, log: Path, start: Start
) -> None:
    task_id = await make_task(database, 1, "steps=3 seconds=0.5")
    first = start()
    await until(lambda: any(step == "1" for _, step in marks(log, "begin")))
    first.send_signal(signal.SIGTERM)
    asked = time.monotonic()
    assert first.wait(8) == 0
    assert time.monotonic() - asked < 5
    (run,) = await runs_of(database, task_id)
    assert (run.worker_id, run.ended_at) == ("", None)
    start()
    assert (await ended(database, task_id)).outcome is Outcome.CHANGED
    (run,) = await runs_of(database, task_id)
    assert run.takeovers == 0
    assert {step: times for (_, step), times in marks(log, "begin").items()} == {"0": 1, "1": 2, "2": 1}


async def test_a_worker_that_hangs_loses_its_run_and_cannot_write_it_when_it_wakes_up(
    database: Database, log: Path, start: Start
) -> None:
    task_id = await make_task(database, 1, "steps=3 seconds=0.5")
    first = start(lease_seconds=1.5)
    await until(lambda: any(step == "1" for _, step in marks(log, "begin")))
    first.send_signal(signal.SIGSTOP)
    second = start(lease_seconds=1.5)
    hung = time.monotonic()
    await until(lambda: marks(log, "begin").total() > 2)
    assert time.monotonic() - hung < 10
    first.send_signal(signal.SIGCONT)
    task = await ended(database, task_id)
    assert (task.outcome, task.reason) == (Outcome.CHANGED, "sum 3")
    (run,) = await runs_of(database, task_id)
    assert run.takeovers == 1 and run.worker_id.split("-")[-2] == str(second.pid)
    rows = [line.split() for line in log.read_text().splitlines()]
    assert [row[1] for row in rows if row[3] == str(first.pid) and row[2] == "begin"] == ["0", "1"]
    assert first.poll() is None
    other = await make_task(database, 2, "steps=1")
    second.kill()
    second.wait()
    assert (await ended(database, other)).outcome is Outcome.CHANGED


async def test_a_task_that_kills_its_workers_fails_in_the_end(sqlite_database: Database, tmp_path: Path, log: Path) -> None:
    url = sqlite_database.url.replace("+aiosqlite", "")
    task_id = await make_task(sqlite_database, 1, "steps=1 seconds=60")
    async with sqlite_database.write() as connection:
        await connection.exec_driver_sql("UPDATE task SET attempts = 0")
    worker = start_worker(url, log)
    try:
        await until(lambda: sum(marks(log, "begin").values()) == 1)
        async with sqlite_database.write() as connection:
            await connection.exec_driver_sql(f"UPDATE run SET takeovers = {TAKEOVERS_MAX - 1}")
        for begins in (2, None):
            worker.kill()
            worker.wait()
            assert worker.stdout is not None
            worker.stdout.close()
            worker = start_worker(url, log)
            if begins:
                await until(lambda begins=begins: sum(marks(log, "begin").values()) == begins)
        task = await ended(sqlite_database, task_id)
    finally:
        worker.kill()
        worker.wait()
        assert worker.stdout is not None
        worker.stdout.close()
    assert (task.state, task.outcome) == (TaskState.ENDED, Outcome.FAILED)
    assert "its worker died" in task.reason
    await asyncio.sleep(0)
