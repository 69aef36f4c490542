"""What people see of sandboxes: rows that follow, lines without secrets, nothing of the dead."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from forgecrew.core.command import Command
from forgecrew.core.moment import utc_now
from forgecrew.core.profiles import LIGHT, MEDIUM
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_view import SandboxView
from forgecrew.guard.secret_search import SecretSearch
from forgecrew.kernel.fitted_backend import FittedBackend
from forgecrew.kernel.output_lines import HIDDEN
from forgecrew.kernel.sandbox_watch import SandboxWatch
from forgecrew.store.queries import sandboxes, workers
from tests.fitted import close_databases, fitted

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed: no sandbox can be made")

SECRET = "read-token-of-casey-0123456789"
FINDS = SecretSearch({"token": SECRET}).find


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[FittedBackend]:
    made = fitted(tmp_path / "sandboxes", LIGHT, MEDIUM)
    yield made
    await made.reap(keep=())
    await close_databases()


async def joined(backend: FittedBackend, name: str, *, lease_seconds: float = 60) -> SandboxWatch:
    async with backend.database.write() as connection:
        await workers.join(connection, name, kind="work", host="h", pid=1, now=utc_now(), lease_seconds=lease_seconds)
    return SandboxWatch(backend, name, FINDS, use_seconds=0.2)


async def shown(backend: FittedBackend) -> dict[str, SandboxView]:
    async with backend.database.read() as connection:
        return {view.id: view for view in await sandboxes.shown(connection, now=utc_now())}


async def test_a_row_follows_what_a_sandbox_does(backend: FittedBackend) -> None:
    watch = await joined(backend, "work-1")
    box = await backend.create(SandboxSpec("task-5", owner="acme/tally", profile=MEDIUM))
    await watch.tick()
    assert (await shown(backend))["task-5"].state == "idle"
    script = f"echo one; echo {SECRET}; i=0; while [ ! -e stop ]; do i=$((i+1)); done; echo two"
    task = asyncio.ensure_future(box.exec(Command(("sh", "-c", script))))
    seen = backend.fitting.board.seen["task-5"]
    while not seen.output.unsettled:
        await asyncio.sleep(0.02)
    await watch.tick()
    now = (await shown(backend))["task-5"]
    assert (now.state, now.task_id, now.owner, now.command, now.commands) == ("running", 5, "acme/tally", script[:300], 1) or (
        now.command == "(a command that held a secret)"
    )
    assert now.lines == ("one", HIDDEN) and now.lines_end == 2
    assert now.processes and now.memory_bytes and now.disk_bytes is not None
    assert now.profile in ("light", "medium")
    while not (cpu := (await shown(backend))["task-5"].cpu):  # from the second time on that it is measured
        await asyncio.sleep(0.05)
        await watch.tick()
    assert cpu < 2.5
    await box.write("stop", b"")
    assert (await task).ok
    await watch.tick()
    now = (await shown(backend))["task-5"]
    assert (now.state, now.cpu, now.memory_bytes, now.lines[-1], now.lines_end) == ("idle", None, None, "two", 3)
    await box.destroy()
    await watch.tick()
    assert await shown(backend) == {}


async def test_a_command_that_holds_a_secret_is_not_shown(backend: FittedBackend) -> None:
    watch = await joined(backend, "work-1")
    box = await backend.create(SandboxSpec("task-5", profile=LIGHT))
    await box.exec(Command(("sh", "-c", f": {SECRET}")))
    await watch.tick()
    assert (await shown(backend))["task-5"].command == "(a command that held a secret)"


async def test_a_person_may_have_one_removed_while_it_runs(backend: FittedBackend) -> None:
    watch = await joined(backend, "work-1")
    box = await backend.create(SandboxSpec("task-5", profile=LIGHT))
    task = asyncio.ensure_future(box.exec(Command(("sleep", "600"))))
    while backend.fitting.board.seen["task-5"].state != "running":
        await asyncio.sleep(0.02)
    await watch.tick()
    async with backend.database.write() as connection:
        assert await sandboxes.ask_removal(connection, "task-5")
        assert not await sandboxes.ask_removal(connection, "none")
    await watch.tick()
    assert (await asyncio.wait_for(task, 10)).reason == "killed"
    await watch.tick()
    assert await shown(backend) == {} and await backend.list() == []


async def test_rows_of_dead_workers_are_taken_over_or_forgotten(backend: FittedBackend) -> None:
    dead = await joined(backend, "work-1")
    box = await backend.create(SandboxSpec("task-5", profile=LIGHT))
    backend.fitting.board.seen["task-5"].steps = 2
    await box.exec(Command(("echo", "before")))
    await dead.tick()
    gone = SandboxView("task-6", "o/r", "work-1", "light", (1, 1, 1, 1))
    async with backend.database.write() as connection:
        await sandboxes.show(connection, gone)
        await workers.gone(connection, "work-1", now=utc_now())
    assert await shown(backend) == {}, "what nobody alive holds is not shown"
    folder = backend.folder
    other = fitted(folder, LIGHT, MEDIUM)
    await (await joined(other, "work-2")).tick()
    (taken,) = (await shown(other)).values()
    assert (taken.id, taken.worker_id, taken.steps, taken.lines) == ("task-5", "work-2", 2, ("before",))
    await other.attach("task-5")
    assert other.fitting.board.seen["task-5"].steps == 2, "the steps of a task outlive its worker"


async def test_the_part_ends_when_asked_and_tells_the_last(backend: FittedBackend) -> None:
    watch, stopping = await joined(backend, "work-1"), asyncio.Event()
    part = asyncio.ensure_future(watch.run(stopping))
    box = await backend.create(SandboxSpec("task-5", profile=LIGHT))
    await box.exec(Command(("echo", "last")))
    stopping.set()
    await asyncio.wait_for(part, 10)
    assert (await shown(backend))["task-5"].lines == ("last",)


async def test_what_could_not_be_told_is_told_when_the_database_is_back(backend: FittedBackend) -> None:
    watch = await joined(backend, "work-1")
    await backend.create(SandboxSpec("task-5", owner="acme/tally", profile=MEDIUM))
    async with backend.database.write() as connection:
        await connection.execute(text("ALTER TABLE sandbox RENAME TO away"))
    with pytest.raises(SQLAlchemyError):
        await watch.tick()
    async with backend.database.write() as connection:
        await connection.execute(text("ALTER TABLE away RENAME TO sandbox"))
    await watch.tick()
    assert (await shown(backend))["task-5"].state == "idle"
