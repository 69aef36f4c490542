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
from forgecrew.memory.for_operator import MemoryDesk
from forgecrew.memory.recall.asked import MIN_RELEVANCE, Asked
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


async def test_people_are_told_code_too_inside_the_same_bounds(sqlite_database: Database, tmp_path: Path) -> None:
    repository, hidden = Repository(tmp_path, REPO), Repository(tmp_path, RepoRef("acme", "vault"))
    repository.commit(FILES)
    hidden.commit(FILES | {"tally/ledger.py": LEDGER.replace("Ledger", "SecretLedger")})
    await index(sqlite_database, repository)
    await index(sqlite_database, hidden, readers="secret")
    said = "The total of quibbles in the ledger was wrong before, the first of the quibbles was lost."
    other = "Nothing like it: a lamp, a table and a chair."
    opened = [
        told("issue.opened", number=n, minutes=n, title=TITLE if n < 12 else "Other", body=f"{n}: {said if n < 12 else other}")
        for n in range(2, 300)
    ]
    await remember(sqlite_database, opened)
    recaller = Recaller(sqlite_database, code=CodeLines(sqlite_database, seconds_max=30))
    desk = MemoryDesk(sqlite_database, recaller, "http://forge", "http://crew")
    for repo in ("", str(REPO)):
        found = (await desk.search(TITLE, limit=6, repo=repo)).lines
        code = [line for line in found if line.kind == "code"]
        assert len(found) == 6 and code and "total_of_quibbles" in code[0].text and "/acme/tally/src/commit/" in code[0].url
        assert all(line.relevance >= MIN_RELEVANCE for line in found) and "SecretLedger" not in str(found)
    assert [line.kind for line in (await desk.search(TITLE, limit=1)).lines] == ["quote"]
    assert (await desk.search(TITLE, min_relevance=1.0)).lines == []
    assert not any(line.kind == "code" for line in (await desk.search("plutonium", min_relevance=0)).lines)
    elsewhere = await desk.search(TITLE, repo="acme/vault", min_relevance=0)
    assert not any(line.kind == "code" for line in elsewhere.lines), "code that is secret is told to nobody"
    await recaller.close()


async def test_what_is_found_tells_what_it_is_about_and_what_is_near(sqlite_database: Database) -> None:
    asked = told("issue.opened", number=2, title=TITLE, body="The first of the quibbles was lost in the ledger, see #1.")
    await remember(sqlite_database, [told("issue.opened", number=1, title="Other", body="Else."), asked])
    desk = MemoryDesk(sqlite_database, Recaller(sqlite_database), "http://forge", "http://crew")
    found = await desk.search("quibbles lost in the ledger", repo=str(REPO))
    about = await desk.about(found.lines)
    named = about[found.lines[0].id]
    assert (named.kind, named.key) == ("issue", "acme/tally#2")
    near = await desk.related_to([named], each=10)
    assert {("refers_to", "acme/tally#1"), ("issue_in", "acme/tally")} <= {(one.kind, one.other) for one in near}
    assert len(await desk.related_to([named], each=2)) == 2
    assert await desk.related("", entity_id=named.id, limit=10) == near
    assert await desk.related("", entity_id=10**9) == []
