"""Code in the memory of a run: the right file and symbol with a citation that resolves, inside scope and room, or nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from forgecrew.core.ids import new_id
from forgecrew.core.label import Integrity, Label
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.core.task import Priority, Task, TaskState
from forgecrew.core.tokens import estimate
from forgecrew.memory.code.contents import Part
from forgecrew.memory.code.ranked import Located
from forgecrew.memory.recall.asked import Asked
from forgecrew.memory.recall.cite import cited_in, resolve
from forgecrew.memory.recall.code_lines import CodeLines
from forgecrew.memory.recall.code_shown import chosen
from forgecrew.memory.recall.for_run import Given, TaskRecall, scope_of
from forgecrew.memory.recall.recaller import Recaller
from forgecrew.store.database import Database
from forgecrew.store.queries import recall_log

from .code.repository import Repository, index
from .telling import REPO, remember, told

LEDGER = '''"""The ledger of a tally."""

class Ledger:
    """Keeps florins and quibbles."""

    def total_of_quibbles(self, quibbles: list[int]) -> int:
        """The total of some quibbles, in florins."""
        return sum(quibbles[1:])

    def close(self) -> None:
        """Write it away."""
'''
FILES: dict[str, str | bytes | None] = {
    "tally/ledger.py": LEDGER,
    "tally/web.py": "def show(page):\n    return f'<p>{page}</p>'\n",
    **{f"tally/part{n}.py": f"def weigh{n}(goods):\n    return goods * {n}\n" for n in range(12)},
    "tests/test_ledger.py": "from tally.ledger import Ledger\n\ndef test_total_of_quibbles(): pass\n",
}
TITLE = "The total of quibbles in the ledger is wrong"
CARD = f"Issue #1: {TITLE}\n\nWith two quibbles the first is lost: total_of_quibbles in Ledger gives 2 instead of 3 florins."


def task(integrity: Integrity = Integrity.OWNER, readers: str = "public") -> Task:
    return Task(
        7, "coder", "casey", Subject(REPO, "issue", 1), TaskState.RUNNING, Priority.HUMAN, "mia", title=TITLE,
        label=Label(integrity, readers),
    )  # fmt: skip


def memory_of(database: Database, about: Task, *, on_code: bool = True) -> TaskRecall:
    recaller = Recaller(database, code=CodeLines(database, seconds_max=30))
    given = Given(database, recaller, "http://forge", "http://crew", seconds_max=60)
    return TaskRecall(given, about, new_id(), on_code=on_code)


async def test_a_step_about_an_issue_is_told_the_file_and_the_symbol(database: Database, tmp_path: Path) -> None:
    repository = Repository(tmp_path, REPO)
    commit = repository.commit(FILES)
    await index(database, repository)
    recall = memory_of(database, task())
    block = await recall.block(TITLE, "", tokens_max=700, card=CARD)
    first = block.splitlines()[1]
    assert "code tally/ledger.py:6-8 Ledger.total_of_quibbles: def total_of_quibbles(self, quibbles: list[int]) -> int" in first
    assert f"<http://forge/acme/tally/src/commit/{commit[:12]}/tally/ledger.py#L6-L8>" in first and "(merged)" in first
    assert "tests/" not in block and block.count("tally/web.py") == 0
    (id, *_) = cited_in(first)
    async with database.read() as connection:
        shown = await resolve(
            connection, scope_of(task(Integrity.STRANGER)), id, Asked("", scope_of(task()), forge_url="http://forge")
        )
    assert shown and "total_of_quibbles" in shown[0] and shown[1] in first
    await recall.cited(f"It is in [m:{id}].")
    async with database.read() as connection:
        (row,) = await recall_log.recent(connection, run_id=recall.run_id)
    assert row.cited == [id] and id in row.picked["ids"]


async def test_quotes_come_first_and_code_takes_a_third(database: Database, tmp_path: Path) -> None:
    repository = Repository(tmp_path, REPO)
    repository.commit(FILES)
    await index(database, repository)
    said = "The total of quibbles in the ledger was wrong before, the first of the quibbles was lost. " * 4
    opened = [told("issue.opened", number=n, minutes=n, title=TITLE, body=f"{n}: {said}", author="eve") for n in range(2, 5)]
    await remember(database, opened)
    recall = memory_of(database, task(Integrity.STRANGER))
    for room in (300, 700, 1_800):
        block = await recall.block(TITLE, "", tokens_max=room, card=CARD)
        lines = block.splitlines()[1:]
        kinds = ["code" if "] code " in line else "quote" for line in lines]
        assert kinds == sorted(kinds, reverse=True) and {"code", "quote"} <= set(kinds) and estimate(block) <= room
        assert sum(estimate(line) + 1 for line, kind in zip(lines, kinds, strict=True) if kind == "code") <= room / 2


async def test_code_is_recalled_only_where_it_may_be_read_and_fits(sqlite_database: Database, tmp_path: Path) -> None:
    repository = Repository(tmp_path, REPO)
    repository.commit(FILES)
    await index(sqlite_database, repository, readers="repo:acme/tally")

    async def block(about: Task, *, on_code: bool = True, card: str = CARD, room: int = 700) -> str:
        return await memory_of(sqlite_database, about, on_code=on_code).block(about.title, "", tokens_max=room, card=card)

    private = task(readers="repo:acme/tally")
    assert "tally/ledger.py" in await block(private)
    assert await block(task()) == "", "a public run reads nothing of a private repository"
    elsewhere = replace(private, subject=Subject(RepoRef("acme", "other"), "issue", 1))
    assert await block(elsewhere) == ""
    assert await block(private, on_code=False) == ""
    assert await block(private, room=100) == "", "no line fits, and none is cut off"
    about_else = replace(private, title="Order keyboards for the office")
    assert await block(about_else, card="Issue #1: Order keyboards for the office\n\nThree of them, please, and a mouse.") == ""


@pytest.mark.parametrize(("likely", "shown"), [((0.01, 0.005), 0), ((0.9, 0.8), 3), ((0.9, 0.01), 2)])
def test_files_far_behind_the_best_are_left_out(likely: tuple[float, float], shown: int) -> None:
    from collections import Counter

    parts = [Part(f"s1x{n}", f"f{n}", "function", n, n, "", "", Counter()) for n in (1, 2, 3)]
    found = [Located(f"{n}.py", 1.0, one, parts) for n, one in enumerate(likely)]
    assert len(chosen(found)) == shown
