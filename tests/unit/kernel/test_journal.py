import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from forgecrew.core import errors, signals
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.core.task import TaskState
from forgecrew.kernel.journal_database import journal_url
from forgecrew.kernel.journal_engine import JournalEngine
from forgecrew.kernel.run_context import RunContext
from forgecrew.store.database import Database
from tests.unit.kernel.durable import ended, make_task, runs_of, task_of, until, working


class Strange(errors.ForgeUnavailable):
    """An adapter's own kind of a known error."""


RAISED = [
    errors.ConfigError("set it"),
    errors.ModelUnavailable("no answer"),
    Strange("502"),
    errors.NotFound("gone"),
    errors.LimitReached("used up"),
    signals.TellModel("no such file"),
    signals.AskHuman(("one?", "two?")),
    KeyError("bug"),
]


def _seen(error: BaseException) -> str:
    return f"{type(error).__name__} {error.args!r}"


async def test_values_and_errors_come_back_alike_and_the_journal_holds_json_only(sqlite_database: Database) -> None:
    task_id = await make_task(sqlite_database)
    calls: list[str] = []
    heard: list[list[str]] = []
    values: list[Any] = []
    waiting = asyncio.Event()

    async def procedure(context: RunContext) -> RunResult:
        heard.append([])

        async def give() -> dict[str, object]:
            calls.append("give")
            return {"pair": (1, 2), "text": "ä\u2028", "none": None}

        async def nothing() -> None:
            calls.append("nothing")

        async def wait() -> None:
            waiting.set()
            await asyncio.sleep(30 if len(heard) == 1 else 0)

        values.append([await context.journal.step("give", give), await context.journal.step("nothing", nothing)])
        for error in RAISED:

            async def fail(error: Exception = error) -> None:
                calls.append(type(error).__name__)
                raise error

            try:
                await context.journal.step("fail", fail)
            except Exception as caught:
                heard[-1].append(_seen(caught))
        await context.journal.step("wait", wait)
        return RunResult(Outcome.ANSWERED)

    async with working(sqlite_database, procedure, worker_id="work-1"):
        await until(waiting.is_set)
    async with working(sqlite_database, procedure, worker_id="work-2"):
        await ended(sqlite_database, task_id)
    assert calls == ["give", "nothing", *[type(error).__name__ for error in RAISED]]
    assert values == [[{"pair": [1, 2], "text": "ä\u2028", "none": None}, None]] * 2
    assert (
        heard[0]
        == heard[1]
        == [
            "ConfigError ('set it',)",
            "ModelUnavailable ('no answer',)",
            "ForgeUnavailable ('502',)",
            "NotFound ('gone',)",
            "LimitReached ('used up',)",
            "TellModel ('no such file',)",
            "AskHuman (('one?', 'two?'),)",
            "ForgecrewError (\"KeyError: 'bug'\",)",
        ]
    )
    assert _texts_that_are_not_json(sqlite_database) == []


def _texts_that_are_not_json(database: Database) -> list[str]:
    """Inputs, outputs and errors that the journal keeps."""
    bad: list[str] = []
    kept = 0
    connection = sqlite3.connect(sa.make_url(journal_url(database.url)).database or "")
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        for column in {"inputs", "output", "error"} & set(columns):
            for (text,) in connection.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"):
                kept += 1
                try:
                    json.loads(text)
                except ValueError:
                    bad.append(f"{table}.{column}: {text[:80]}")
    connection.close()
    assert kept > 10
    return bad


async def test_the_world_is_tried_again_within_a_step_and_slow_work_counts_as_the_world(sqlite_database: Database) -> None:
    task_id = await make_task(sqlite_database)
    tries = {"flaky": 0, "down": 0, "slow": 0, "refused": 0}
    heard: dict[str, str] = {}

    async def procedure(context: RunContext) -> RunResult:
        async def flaky() -> str:
            tries["flaky"] += 1
            if tries["flaky"] < 3:
                raise errors.ForgeUnavailable("not yet")
            return "at last"

        async def down() -> None:
            tries["down"] += 1
            raise errors.ModelUnavailable("never")

        async def slow() -> None:
            tries["slow"] += 1
            await asyncio.sleep(30)

        async def refused() -> None:
            tries["refused"] += 1
            raise errors.RefusedError("no")

        heard["flaky"] = await context.journal.step("flaky", flaky, retries=5)
        for name, work, seconds, retries in (("down", down, 9, 2), ("slow", slow, 0.05, 1), ("refused", refused, 9, 5)):
            try:
                await context.journal.step(name, work, timeout_seconds=seconds, retries=retries)
            except errors.ForgecrewError as error:
                heard[name] = _seen(error)
        return RunResult(Outcome.ANSWERED)

    async with working(sqlite_database, procedure):
        await ended(sqlite_database, task_id)
    assert tries == {"flaky": 3, "down": 3, "slow": 2, "refused": 1}
    assert heard == {
        "flaky": "at last",
        "down": "ModelUnavailable ('never',)",
        "slow": "WorldError ('slow took longer than 0.05 s',)",
        "refused": "RefusedError ('no',)",
    }


async def test_steps_that_go_on_at_the_same_time_are_all_stopped(sqlite_database: Database) -> None:
    task_id = await make_task(sqlite_database)
    begun: list[int] = []

    async def procedure(context: RunContext) -> RunResult:
        async def work(number: int) -> None:
            begun.append(number)
            await asyncio.sleep(30)

        both = [context.journal.step(f"part {number}", lambda number=number: work(number)) for number in (1, 2)]
        results = await asyncio.gather(*both, return_exceptions=True)
        assert all(isinstance(one, errors.LimitReached) for one in results)
        raise errors.LimitReached("stopped")

    async with working(sqlite_database, procedure):
        await until(lambda: len(begun) == 2)
        async with sqlite_database.write() as connection:
            await connection.exec_driver_sql("UPDATE task SET stop_asked = 1, reason = 'enough'")
        assert (await ended(sqlite_database, task_id)).outcome is Outcome.STOPPED


async def test_what_is_not_json_is_an_error_of_the_step(sqlite_database: Database) -> None:
    task_id = await make_task(sqlite_database)

    async def procedure(context: RunContext) -> RunResult:
        async def work() -> object:
            return {1, 2}

        await context.journal.step("work", work)
        raise AssertionError

    async with working(sqlite_database, procedure):
        task = await ended(sqlite_database, task_id)
    assert task.outcome is Outcome.FAILED
    assert "a step must give JSON" in task.reason


async def test_a_procedure_with_other_steps_starts_the_task_anew(sqlite_database: Database) -> None:
    task_id = await make_task(sqlite_database)
    waiting = asyncio.Event()
    names = iter(("old", "new", "new"))

    async def procedure(context: RunContext) -> RunResult:
        async def work() -> None:
            return None

        async def wait() -> None:
            waiting.set()
            await asyncio.sleep(30)

        name = next(names)
        await context.journal.step(name, work)
        if name == "old":
            await context.journal.step("wait", wait)
        return RunResult(Outcome.ANSWERED)

    async with working(sqlite_database, procedure, worker_id="work-1"):
        await until(waiting.is_set)
    async with working(sqlite_database, procedure, worker_id="work-2"):
        assert (await ended(sqlite_database, task_id)).outcome is Outcome.ANSWERED
    first, second = await runs_of(sqlite_database, task_id)
    assert first.outcome is Outcome.BLOCKED
    assert "does not fit its procedure" in first.reason
    assert second.outcome is Outcome.ANSWERED


async def test_a_journal_of_another_version_is_left_alone_and_named(
    database: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = await make_task(database)
    begun: list[str] = []

    async def procedure(context: RunContext) -> RunResult:
        async def work() -> None:
            begun.append(context.run_id)
            await asyncio.sleep(30 if len(begun) == 1 else 0)

        await context.journal.step("work", work)
        return RunResult(Outcome.ANSWERED)

    async with working(database, procedure, worker_id="work-1", version="old-1"):
        await until(lambda: len(begun) == 1)
    async with working(database, procedure, worker_id="work-2", version="new-2"):
        await until(lambda: "is left alone" in caplog.text)
        await asyncio.sleep(1.2)
        assert caplog.text.count("is left alone") == 1
        assert "'old-1'" in caplog.text and "'new-2'" in caplog.text
        assert (await task_of(database, task_id)).state is TaskState.RUNNING
        assert len(begun) == 1
        monkeypatch.setattr("forgecrew.kernel.reaper.FOREIGN_PATIENCE_SECONDS", 0.0)
        assert (await ended(database, task_id)).outcome is Outcome.ANSWERED
    first, second = await runs_of(database, task_id)
    assert begun == [first.id, second.id]
    assert "the task starts anew" in first.reason


async def test_a_journal_that_cannot_be_opened_is_an_error_of_the_settings(tmp_path: Path) -> None:
    async def perform(_run_id: str) -> dict[str, object]:
        raise AssertionError

    (tmp_path / "x-journal.sqlite").mkdir()
    engine = JournalEngine(journal_url(f"sqlite:///{tmp_path / 'x.sqlite'}"), "work-1")
    with pytest.raises(errors.ConfigError, match="check FORGECREW_DATABASE_URL"):
        await engine.launch(perform)
