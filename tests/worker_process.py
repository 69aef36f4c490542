"""A real worker process for the kernel's tests: its procedure counts steps in a file. Started by `start_worker`.

Each task's title says what its run does: words `steps=4 seconds=0.2 retries=0` and `then=<name of an error>`.
"""

import asyncio
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

from forgecrew.core import errors
from forgecrew.core.json import Json
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.core.task import Task
from forgecrew.kernel.journal_database import journal_url
from forgecrew.kernel.journal_engine import JOURNAL_VERSION, JournalEngine
from forgecrew.kernel.lease import new_worker_id
from forgecrew.kernel.make_worker import make_worker
from forgecrew.kernel.run_context import Procedure, RunContext
from forgecrew.store.database import Database


def words(title: str) -> dict[str, str]:
    return dict(word.split("=", 1) for word in title.split() if "=" in word)


def counting(log: Path) -> Callable[[Task], Procedure]:
    """A procedure that writes `<run id> <step> begin|end <pid> <thread>` around each of its steps."""

    def write(line: str) -> None:
        with log.open("a") as out:
            out.write(f"{line} {os.getpid()} {threading.current_thread().name}\n")

    def step_of(run_id: str, number: int, seconds: float) -> Callable[[], Awaitable[Json]]:
        async def work() -> Json:
            write(f"{run_id} {number} begin")
            await asyncio.sleep(seconds)
            write(f"{run_id} {number} end")
            return {"number": number}

        return work

    async def run(context: RunContext) -> RunResult:
        told = words(context.task.title)
        write(f"{context.run_id} run task-{context.task.id}")
        total = 0
        for number in range(int(told.get("steps", "2"))):
            given = await context.journal.step(
                f"step {number}", step_of(context.run_id, number, float(told.get("seconds", "0")))
            )
            total += int(given["number"])
        if "then" in told:
            raise getattr(errors, told["then"])("as the test asked")
        return RunResult(Outcome.CHANGED, f"sum {total}", waits=told.get("waits") == "yes")

    return lambda _task: run


async def main(url: str, log: Path, version: str, slots: int, lease_seconds: float) -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    database = Database(url)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(15, stopping.set)
    engine = JournalEngine(journal_url(url), new_worker_id(), version=version)
    print("ready", flush=True)
    try:
        await make_worker(database, engine, counting(log), slots=slots, lease_seconds=lease_seconds).run(stopping)
    finally:
        await database.close()


def start_worker(
    url: str, log: Path, *, version: str = JOURNAL_VERSION, slots: int = 4, lease_seconds: float = 6.0
) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.worker_process", url, str(log), version, str(slots), str(lease_seconds)]
    with log.with_suffix(".err").open("a") as err:
        process = subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=err, cwd=Path(__file__).parents[1])
    assert process.stdout is not None
    assert "ready" in process.stdout.readline()
    return process


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), float(sys.argv[5])))
