"""Which decisions and lessons of a task are proposed as pages: once, few, and only where somebody stands behind the task."""

from dataclasses import replace
from typing import Any

import pytest

from forgecrew.core.action import Action
from forgecrew.core.event import Event
from forgecrew.core.label import Integrity, Label
from forgecrew.core.subject import Subject
from forgecrew.core.task import Task
from forgecrew.kernel.outbox import StoredOutbox
from forgecrew.memory.pages.proposable import PER_MONTH_MAX
from forgecrew.memory.pages.proposing import PageProposing
from forgecrew.memory.recall.asking import TaskQuestions
from forgecrew.store.database import Database
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.intent import intent
from forgecrew.tools import remember as remember_tool

from .telling import REPO, at, remember, rows, told
from .test_run_recall import memory_of, task

UTC = "All times are kept in UTC\n\nLocal times are made when they are shown."


def questions(database: Database, about: Task) -> TaskQuestions:
    outbox = StoredOutbox(database)
    pages = PageProposing(database, outbox, about, "run", "http://forge/acme/tally/issues/1")
    return TaskQuestions(memory_of(database, about), pages)


async def proposed(database: Database) -> list[dict[str, Any]]:
    return [row.arguments for row in sorted(await rows(database, intent), key=lambda row: row.created_at)]


def trusted(id: int = 7) -> Task:
    return replace(task(Integrity.COLLABORATOR), id=id)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


async def test_the_tool_keeps_a_note_and_proposes_a_page(database: Database) -> None:
    await remember(database, [told("issue.opened", title="Times", body="", author="mia")])
    tool = remember_tool.tool(questions(database, trusted()))
    sandbox: Any = None
    said = await tool.run(sandbox, Action("remember", "Decision", UTC))
    assert "Kept." in said.text and "proposed to people" in said.text
    (page,) = await proposed(database)
    assert (page["path"], page["kind"], page["title"]) == (
        ".forgecrew/memory/all-times-are-kept-in-utc.md", "decision", "All times are kept in UTC"
    )  # fmt: skip
    assert page["source"] == "http://forge/acme/tally/issues/1" and page["date"] < page["expires"]
    plain = await tool.run(sandbox, Action("remember", "[decision|lesson]", "Only a note of mine."))
    assert "proposed" not in plain.text and len(await proposed(database)) == 1
    notes = [row for row in await rows(database, chunk) if row.kind == "note"]
    assert len(notes) == 2 and {row.provenance for row in notes} == {"own"}


async def test_nothing_is_proposed_twice_or_too_often(database: Database) -> None:
    assert "is proposed to people" in await questions(database, trusted()).propose("decision", UTC)
    assert "this task has proposed one already" in await questions(database, trusted()).propose(
        "lesson", "Something else, learnt now."
    )
    alike = "We keep all times in UTC; local times are made when shown."
    assert "it was proposed before" in await questions(database, trusted(8)).propose("decision", alike)
    words = ("apples", "pears", "plums", "cherries", "quinces", "figs", "dates")
    told_of = [
        await questions(database, trusted(9 + nth)).propose("lesson", f"{word} rot early in {word}ville")
        for nth, word in enumerate(words)
    ]
    assert len(await proposed(database)) == PER_MONTH_MAX and "enough pages" in told_of[-1]


async def test_a_page_that_holds_is_not_proposed_again(database: Database) -> None:
    document = {"kind": "doc", "path": ".forgecrew/memory/times.md", "text": f"---\nkind: decision\n---\n{UTC}", "page": True}
    payload = {"what": "document", "document": document}
    await remember(database, [Event("gitea", "other", "x", "", Subject(REPO, "repo"), at(0), payload, Label(Integrity.MERGED))])
    assert "a page says so already" in await questions(database, trusted()).propose("decision", UTC)


@pytest.mark.parametrize(
    ("about", "text", "words"),
    [
        (task(Integrity.STRANGER), UTC, "nobody who may write here"), (trusted(), "Too short.", "characters"),
        (trusted(), f"{UTC} [m:c7]", "copies what memory had shown"),
        (replace(trusted(), label=Label(Integrity.OWNER, "secret")), UTC, "nobody who may write"),
    ],
)  # fmt: skip
async def test_what_is_not_fit_stays_a_note(database: Database, about: Task, text: str, words: str) -> None:
    assert words in await questions(database, about).propose("decision", text) and await proposed(database) == []
