"""Commands that get what fits them, in real sandboxes: chosen by history, run again with more, told when they hang."""

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from forgecrew.core.command import Command, Result
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.new_task import NewTask
from forgecrew.core.profiles import Ladder
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.core.task import Priority
from forgecrew.integrations.bubblewrap.sandbox import backend
from forgecrew.kernel.admission import Admission
from forgecrew.kernel.command_history import CommandHistory
from forgecrew.kernel.fitted_backend import FittedBackend
from forgecrew.kernel.fitting import Fitting
from forgecrew.kernel.host_memory import HostMemory
from forgecrew.store.database import Database
from forgecrew.store.queries import command_use, tasks

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed: no sandbox can be made")

TINY = Profile(name="tiny", memory_bytes=64 << 20, cpu=0.5, pids=64, wall_seconds=2, disk_bytes=64 << 20)
SMALL = replace(TINY, name="small", memory_bytes=256 << 20, cpu=1.0, wall_seconds=20)
LARGE = replace(SMALL, name="large", memory_bytes=512 << 20, wall_seconds=40)
EATS = "python3 -c 'x = bytearray(120 << 20); print(len(x))'"


@pytest.fixture
async def fitted(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[FittedBackend]:
    made = fit(sqlite_database, tmp_path)
    if not (await made.probe()).memory:
        pytest.skip("memory is not bounded for a sandbox as a whole here")
    yield made
    await made.reap(keep=())


def fit(database: Database, folder: Path, **words: object) -> FittedBackend:
    fitting = Fitting(Ladder.of([TINY, SMALL, LARGE]), Admission(folder / "room"), CommandHistory(database))
    return FittedBackend(backend(folder / "sandboxes"), fitting, database, folder / "sandboxes", **words)  # type: ignore[arg-type]


def spec(id: str = "task-1", profile: Profile = TINY) -> SandboxSpec:
    return SandboxSpec(id, owner="acme/tally", profile=profile)


async def shell(fitted: FittedBackend, script: str, id: str = "task-1", **words: object) -> Result:
    box = await fitted.create(spec(id))
    return await box.exec(Command(("sh", "-c", script), **words))  # type: ignore[arg-type]


async def test_out_of_memory_is_run_again_with_more_where_that_is_safe(fitted: FittedBackend) -> None:
    box = await fitted.create(spec())
    await box.write("pytest", f"#!/bin/sh\n{EATS}\n".encode())
    await shell(fitted, "chmod +x pytest")
    result = await shell(fitted, "./pytest -q")
    assert (result.reason, result.exit_code, result.text) == ("exit", 0, f"{120 << 20}\n")
    assert "ran out of memory with tiny (64 MiB" in result.note and "run again with small (256 MiB" in result.note
    assert result.peak_memory_bytes > TINY.memory_bytes
    again = await shell(fitted, "./pytest -q")
    assert again.ok and again.note == "", "the next one begins with enough"


async def test_what_may_have_changed_files_is_not_run_twice_but_begins_higher_the_next_time(fitted: FittedBackend) -> None:
    script = f"echo once >> log; exec {EATS}"
    result = await shell(fitted, script)
    assert result.reason == "oom" and "not run again: the next try has small" in result.note
    assert (await (await fitted.create(spec())).read("log")) == b"once\n"
    assert (await shell(fitted, script)).ok


async def test_a_task_is_given_more_twice_at_most_over_all_its_sandboxes(fitted: FittedBackend) -> None:
    notes: list[str] = []
    for name in ("one", "two", "three"):
        link = f"ln -s /usr/bin/python3 {name}; exec ./{name} -c 'x = bytearray(120 << 20)'"
        result = await shell(fitted, link, id=f"task-7-{name}")
        assert result.reason == "oom"
        notes.append(result.note)
    assert ["the next try has small" in note for note in notes] == [True, True, False]
    assert "given more twice and is not given more again" in notes[2]
    other = await shell(fitted, f"exec {EATS}", id="task-8")
    assert "the next try has small" in other.note, "another task has its own steps"


async def test_work_that_is_cut_off_is_run_again_and_a_hang_is_told(fitted: FittedBackend) -> None:
    slow = replace(TINY, cpu=0.1)  # so small a share is had on a busy machine too, and what uses it up is at work
    fitted = replace(fitted, fitting=replace(fitted.fitting, ladder=Ladder.of([slow, SMALL, LARGE])))
    box = await fitted.create(spec(profile=slow))
    await box.write("pytest", b"#!/usr/bin/python3\nimport time\nwhile time.process_time() < 0.6: pass\nprint('done')\n")
    await box.exec(Command(("chmod", "+x", "pytest")))
    result = await box.exec(Command(("./pytest",), timeout_seconds=30))
    assert (result.reason, result.text) == ("exit", "done\n")
    assert "was cut off at work" in result.note
    result = await box.exec(Command(("sleep", "60"), timeout_seconds=30))
    assert result.reason == "timeout" and result.wall_seconds < 5
    assert "it waited for something" in result.note and "again" not in result.note


async def test_a_command_that_names_its_profile_gets_that_one(fitted: FittedBackend) -> None:
    result = await shell(fitted, f"exec {EATS}", profile=TINY)
    assert (result.reason, result.note) == ("oom", "")
    assert (await shell(fitted, f"exec {EATS}", profile=LARGE)).ok


async def test_a_sandbox_beside_the_ladder_keeps_its_own_profile(fitted: FittedBackend) -> None:
    box = await fitted.create(spec("other", replace(TINY, name="browser")))
    result = await box.exec(Command(("sh", "-c", f"exec {EATS}")))
    assert (result.reason, result.note) == ("oom", "")


async def test_history_is_kept_over_processes(fitted: FittedBackend, sqlite_database: Database, tmp_path: Path) -> None:
    await shell(fitted, f"exec {EATS}")
    await fitted.fitting.history.flush()
    async with sqlite_database.read() as connection:
        (stored,) = await command_use.recent(connection, "acme/tally", "python")
    assert (stored.profile, stored.reason) == ("tiny", "oom") and stored.memory_bytes > 50 << 20
    other = fit(sqlite_database, tmp_path)
    box = await other.create(spec("task-2"))
    assert (await box.exec(Command(("sh", "-c", f"exec {EATS}")))).ok


async def test_a_full_disk_makes_no_new_sandbox_but_old_ones_work_on(
    fitted: FittedBackend, sqlite_database: Database, tmp_path: Path
) -> None:
    await fitted.create(spec())
    full = fit(sqlite_database, tmp_path, free_bytes_min=1 << 60)
    assert (await full.create(spec())).spec.id == "task-1"
    with pytest.raises(SandboxUnavailable, match=r"only \d+ MiB are free at .*sandbox.disk_free_mib"):
        await full.create(spec("task-2"))


async def test_a_full_machine_lets_commands_wait(fitted: FittedBackend) -> None:
    fitted.fitting.admission.memory = lambda: HostMemory(64 << 20, 64 << 20)
    box = await fitted.create(spec("box", replace(TINY, name="own")))
    results = await asyncio.gather(*(box.exec(Command(("sh", "-c", "date +%s%N; sleep 0.2; date +%s%N"))) for _ in range(3)))
    times = sorted(tuple(map(int, result.text.split())) for result in results)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(times)), "one after the other"


async def test_services_hold_their_room_until_they_end(fitted: FittedBackend) -> None:
    box = await fitted.create(spec())
    service = await box.start(Command(("sh", "-c", "echo up; sleep 600")))
    room = fitted.fitting.admission.folder
    assert [path.name.split("-")[1] for path in room.glob("run-*")] == ["64"]
    seen = fitted.fitting.board.seen["task-1"]
    assert (seen.state, seen.command) == ("running", "echo up; sleep 600")
    assert (await service.stop()).reason == "killed"
    await asyncio.sleep(0)
    assert list(room.glob("run-*")) == [] and seen.state == "idle"


async def test_the_queue_knows_who_asked(fitted: FittedBackend, sqlite_database: Database) -> None:
    async with sqlite_database.write() as connection:
        new = NewTask("coder", "casey", Subject(RepoRef("o", "r"), "issue", 1), "mia", "", Priority.SCHEDULE)
        task_id = await tasks.create(connection, new)
    await fitted.create(spec(f"task-{task_id}"))
    seen = fitted.fitting.board.seen[f"task-{task_id}"]
    assert (seen.task_id, seen.rank) == (task_id, 3)
