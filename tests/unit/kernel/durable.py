"""A worker inside the test's own event loop, on a real database and a real journal."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from forgecrew.core.new_task import NewTask
from forgecrew.core.run import Run
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.core.task import Priority, Task, TaskState
from forgecrew.kernel.journal_database import journal_url
from forgecrew.kernel.journal_engine import JournalEngine
from forgecrew.kernel.make_worker import make_worker
from forgecrew.kernel.run_context import Procedure
from forgecrew.kernel.worker import Worker
from forgecrew.store.database import Database
from forgecrew.store.queries import runs, tasks


async def make_task(database: Database, number: int = 1, title: str = "", priority: Priority = Priority.HUMAN) -> int:
    """Id of a new task about an issue; several may be about the same one with different roles."""
    subject = Subject(RepoRef("acme", "tally"), "issue", number)
    role = "coder" if priority is Priority.HUMAN else f"role{int(priority)}"
    async with database.write() as connection:
        made = await tasks.create(connection, NewTask(role, "casey", subject, "mia", title, priority))
    assert made is not None
    return made


async def task_of(database: Database, task_id: int) -> Task:
    async with database.read() as connection:
        found = await tasks.get(connection, task_id)
    assert found is not None
    return found


async def runs_of(database: Database, task_id: int) -> list[Run]:
    async with database.read() as connection:
        return await runs.by_task(connection, task_id)


async def until(look: Callable[[], Any], *, seconds: float = 20.0) -> None:
    """Wait until look(), sync or async, gives something true."""
    async with asyncio.timeout(seconds):
        while True:
            found = look()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.02)


async def ended(database: Database, task_id: int, *, states: Sequence[TaskState] = (TaskState.ENDED,)) -> Task:
    async def look() -> bool:
        return (await task_of(database, task_id)).state in states

    await until(look)
    return await task_of(database, task_id)


@asynccontextmanager
async def working(
    database: Database, procedure: Procedure, *, worker_id: str = "work-1", slots: int = 4, version: str = "test-1"
) -> AsyncGenerator[Worker]:
    """A worker that does every task by `procedure`; it drains at the end of the block."""
    url = database.url.replace("+aiosqlite", "").replace("+asyncpg", "")
    engine = JournalEngine(journal_url(url), worker_id, version=version)
    worker = make_worker(database, engine, lambda _task: procedure, slots=slots, pauses_seconds=(0.01, 0.02))
    stopping = asyncio.Event()
    going = asyncio.create_task(worker.run(stopping))
    try:
        yield worker
    finally:
        stopping.set()
        await going
