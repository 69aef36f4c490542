"""The memory of one run: it reads only what leaves the run's label as it is, in bounded time, and never fails a step."""

import asyncio
from collections.abc import Collection
from datetime import timedelta

import pytest
import sqlalchemy as sa

from forgecrew.core.ids import new_id
from forgecrew.core.label import Integrity, Label
from forgecrew.core.moment import utc_now
from forgecrew.core.signals import TellModel
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.core.task import Priority, Task, TaskState
from forgecrew.memory.recall.asked import Asked, Recalled
from forgecrew.memory.recall.asking import NOTHING, TaskQuestions
from forgecrew.memory.recall.for_run import Given, TaskRecall, scope_of
from forgecrew.memory.recall.recaller import Recaller
from forgecrew.memory.recall.writers import Writers
from forgecrew.memory.remember_runs import remember_runs
from forgecrew.store.database import Database
from forgecrew.store.queries import recall_log
from forgecrew.store.tables.run import run as run_table
from forgecrew.store.tables.step import step as step_table
from forgecrew.store.tables.task import task as task_table

from .telling import REPO, remember, told

SAID = {"title": "Totals of quibbles are wrong", "body": "Add two quibbles.", "author": "eve"}


def task(integrity: Integrity = Integrity.STRANGER, readers: str = "public", number: int = 1) -> Task:
    return Task(
        7, "coder", "casey", Subject(REPO, "issue", number), TaskState.RUNNING, Priority.HUMAN, "mia",
        title="Totals of quibbles are wrong", label=Label(integrity, readers),
    )  # fmt: skip


def memory_of(database: Database, about: Task, recaller: Recaller | None = None, **more: object) -> TaskRecall:
    given = Given(database, recaller or Recaller(database), "http://forge", "http://crew", writers=Writers(database),
                  crew=("casey",), seconds_max=30)  # fmt: skip
    return TaskRecall(given, about, new_id(), **more)  # pyright: ignore[reportArgumentType]


async def ask(recall: TaskRecall) -> str:
    return await recall.block("Totals of quibbles are wrong", "", tokens_max=900)


async def test_a_trusted_run_recalls_no_words_of_strangers_and_those_of_writers(database: Database) -> None:
    answer = {"id": 5, "body": "Quibbles totals: use the ledger."}
    opened = told("issue.opened", number=2, **SAID)
    await remember(database, [opened, told("issue.commented", number=2, minutes=1, actor="noa", comment=answer, **SAID)])
    assert "Add two quibbles" in await ask(memory_of(database, task())), "a run on a stranger's words may read strangers"
    trusted = task(Integrity.CONTRIBUTOR)
    assert await ask(memory_of(database, trusted)) == ""
    asked: list[str] = []

    async def may_write(names: Collection[str]) -> set[str]:
        asked.extend(names)
        return {name for name in names if name == "noa"}

    block = await ask(memory_of(database, trusted, may_write=may_write))
    assert "use the ledger" in block and "Add two" not in block
    assert sorted(asked) == ["eve", "noa"]


def test_the_scope_of_a_run_is_what_keeps_its_label() -> None:
    for integrity in Integrity:
        for readers in ("public", "repo:acme/tally"):
            label = Label(integrity, readers)
            scope = scope_of(task(integrity, readers))
            for read in (Label(i, r) for i in Integrity for r in ("public", "repo:acme/tally", "repo:acme/secret")):
                allowed = scope.allows("acme/tally", read.readers) and scope.trusts(int(read.integrity), "")
                assert allowed == (label.meet(read) == label), (label, read)
    assert not scope_of(task(Integrity.CONTRIBUTOR)).allows("evil/owner", "public"), "who owns another repository is a stranger"


async def test_memory_that_fails_or_is_slow_leaves_the_block_empty(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    class Slow(Recaller):
        async def recall(self, asked: Asked) -> Recalled:
            await asyncio.Event().wait()
            raise AssertionError

    class Broken(Recaller):
        async def recall(self, asked: Asked) -> Recalled:
            raise RuntimeError("no")

    slow = memory_of(database, task(), Slow(database))
    slow.given.seconds_max = 0.05
    assert await ask(slow) == "" and "goes without" in caplog.text
    assert await ask(memory_of(database, task(), Broken(database))) == ""
    await slow.cited("nothing was shown [m:c1]")
    assert await memory_of(database, task(readers="secret")).block("x", "", tokens_max=900) == ""


async def ended_run(database: Database, label: Label) -> None:
    now, run_id = utc_now() - timedelta(hours=1), new_id()
    async with database.write() as connection:
        made = await connection.execute(sa.insert(task_table).values(
            role="coder", agent="casey", repo=str(REPO), subject_key=f"{REPO}#1", subject_kind="issue", subject_number=1,
            state="ended", priority=10, asked_by="mia", title="Totals", label=str(label), state_json={},
            created_at=now, updated_at=now,
        ).returning(task_table.c.id))  # fmt: skip
        await connection.execute(sa.insert(run_table).values(
            id=run_id, task_id=made.scalar_one(), number=1, plan=[], outcome="blocked", reason="rounding of florins is unclear",
            started_at=now, progress_at=now, ended_at=now,
        ))  # fmt: skip
        await connection.execute(sa.insert(step_table).values(
            run_id=run_id, number=1, stage="edit", kind="sh", action="grep florin ledger.py",
            observation="secret words of others", thought="I tried the ledger first.",
            prompt_tokens=1, output_tokens=1, seconds=1.0, at=now,
        ))  # fmt: skip
    assert await remember_runs(database) == 1


async def test_own_earlier_runs_on_the_same_issue_are_found_and_citations_kept(database: Database) -> None:
    await remember(database, [told("issue.opened", number=1, **SAID)])
    await ended_run(database, Label(Integrity.CONTRIBUTOR))
    recall = memory_of(database, task(Integrity.CONTRIBUTOR))
    block = await ask(recall)
    assert "rounding of florins is unclear" in block and "I tried the ledger first" in block
    assert "secret words of others" not in block
    id = block.split("[m:c")[1].split("]")[0]
    await recall.cited(f"As [m:c{id}] says, and [m:c999999] too.")
    async with database.read() as connection:
        (row,) = await recall_log.recent(connection, run_id=recall.run_id)
    assert row.cited == [f"c{id}"] and f"c{id}" in row.picked["ids"] and row.tokens > 0
    assert await ask(recall)  # taken over: the same step once more
    await recall.cited("")
    async with database.read() as connection:
        assert len(await recall_log.recent(connection, run_id=recall.run_id)) == 1


async def test_tools_search_note_and_ask_inside_the_same_bounds(database: Database) -> None:
    secret = RepoRef("acme", "secret")
    hidden = told("issue.opened", number=3, repo=secret, readers="repo:acme/secret", title="Hidden quibbles", body="x")
    await remember(database, [told("issue.opened", number=1, state="open", labels=["bug"], **SAID), hidden])
    asking = TaskQuestions(memory_of(database, task()))
    assert "Add two quibbles" in await asking.search("quibbles") and "Hidden" not in await asking.search("hidden quibbles")
    assert "labelled" in await asking.related("#1")
    assert "labelled bug" in await asking.as_of(1, "2026-02-01") and await asking.as_of(1, "2025-01-01") == NOTHING
    await asking.note("Florins are rounded half up.")
    assert "half up" in await asking.search("how are florins rounded?")
    trusted = TaskQuestions(memory_of(database, task(Integrity.CONTRIBUTOR)))
    assert "half up" not in await trusted.search("how are florins rounded?"), "a note has the label of the run that wrote it"
    for wrong in (asking.search(" "), asking.as_of(1, "spring"), asking.note("")):
        with pytest.raises(TellModel):
            await wrong
