"""Earlier issues for the triager: likely ones of its own repository that its run may read, two at most, no error."""

import asyncio

import pytest

from forgecrew.core.ids import new_id
from forgecrew.core.label import Integrity, Label
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.core.task import Priority, Task, TaskState
from forgecrew.memory.recall.asked import Asked
from forgecrew.memory.recall.earlier import LikelyEarlier
from forgecrew.memory.recall.for_run import Given, TaskRecall
from forgecrew.memory.recall.recaller import Recaller
from forgecrew.store.database import Database

from .telling import REPO, remember, told

TITLE = "Ledger unbalanced after the import of the last row"
CRASH = """The import stops after the last row.

```
  File "src/parser.py", line 12, in read_rows
  File "src/ledger.py", line 40, in close_ledger
LedgerError: unbalanced
```
"""
OTHERS = [
    "Add a dark theme", "Export to spreadsheets", "Dates are read as text", "Slow start with many rules",
    "Translate the manual", "Rounding of half cents", "Shortcut for a new entry", "Print preview is empty",
]  # fmt: skip


def earlier_of(database: Database, label: Label, repo: RepoRef = REPO) -> LikelyEarlier:
    about = Task(
        7, "triager", "tess", Subject(repo, "issue", 50), TaskState.RUNNING, Priority.HUMAN, "mia", title=TITLE, label=label
    )
    given = Given(database, Recaller(database), "http://forge", "http://crew", seconds_max=60)
    return LikelyEarlier(TaskRecall(given, about, new_id()), seconds_max=60)


async def test_likely_ones_of_the_own_repository_inside_the_scope(database: Database) -> None:
    other = RepoRef("acme", "other")
    opened = [told("issue.opened", number=n, minutes=n, title=one, body=f"{one}, please.") for n, one in enumerate(OTHERS, 1)]
    opened += [told("issue.opened", number=n, minutes=n, title=TITLE, body=CRASH, author="eve") for n in (20, 21, 22, 60)]
    opened.append(told("issue.opened", number=3, minutes=3, repo=other, title=TITLE, body=CRASH, author="eve"))
    await remember(database, opened)
    stranger = Label(Integrity.STRANGER)
    found = await earlier_of(database, stranger).likely(50, f"{TITLE} again", f"Once more.\n\n{CRASH}")
    assert len(found) == 2 and {one.number for one in found} <= {20, 21, 22}, "older ones, of this repository"
    assert all("LedgerError" in one.body and "same error: LedgerError" in one.reasons for one in found)
    assert await earlier_of(database, stranger).likely(50, "A new logo", "Round and blue.") == []
    assert await earlier_of(database, Label(Integrity.OWNER)).likely(50, TITLE, CRASH) == [], "it reads nothing of strangers"


async def test_a_memory_that_is_slow_or_broken_gives_none(sqlite_database: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    class Slow(TaskRecall):
        async def asked(self, text: str, more: str, tokens_max: int, code: str = "") -> Asked:
            await asyncio.Event().wait()
            raise AssertionError

    class Broken(TaskRecall):
        async def asked(self, text: str, more: str, tokens_max: int, code: str = "") -> Asked:
            raise RuntimeError("no")

    recall = earlier_of(sqlite_database, Label(Integrity.STRANGER)).recall
    for kind, words in ((Slow, "took longer"), (Broken, "are not found")):
        assert await LikelyEarlier(kind(recall.given, recall.task, recall.run_id), 0.05).likely(50, TITLE, CRASH) == []
        assert words in caplog.text
