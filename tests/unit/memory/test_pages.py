"""Pages of memory: what they say holds from their date until they expire, are edited or taken away."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from forgecrew.core.errors import RefusedError
from forgecrew.core.event import Event
from forgecrew.core.label import Integrity, Label
from forgecrew.core.moment import utc_now
from forgecrew.core.subject import Subject
from forgecrew.kernel.page_reading import PageReading
from forgecrew.memory.forget import forget
from forgecrew.memory.pages.keeping import export, keep_page
from forgecrew.memory.pages.page import Page, read_page, write_page
from forgecrew.memory.remember import Memory
from forgecrew.memory.search_text import search_text
from forgecrew.store.database import Database
from forgecrew.store.queries import chunks
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.event import event
from forgecrew.store.tables.fact import fact

from .telling import ALL, REPO, at, remember, rows

UTC_PAGE = "---\nkind: decision\nsource: https://forge/acme/tally/issues/3\ndate: 2026-01-05\n---\n\nAll times are UTC.\n"


def paged(text: str, minutes: float = 0, *, path: str = ".forgecrew/memory/times.md", kind: str = "doc") -> Event:
    payload = {"what": "document", "document": {"kind": kind, "path": path, "text": text, "page": True}}
    about = Subject(REPO, "repo")
    return Event("gitea", "other", f"{path}{minutes}", "", about, at(minutes), payload, Label(Integrity.MERGED, "public"))


async def texts(database: Database, words: str) -> list[str]:
    async with database.read() as connection:
        hits = await search_text(connection, ALL, words)
        return [one.text for one in (await chunks.by_ids(connection, ALL, [hit.chunk_id for hit in hits])).values()]


async def current(database: Database) -> list[Any]:
    return [row for row in await rows(database, fact) if row.superseded_at is None]


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ("kind: verdict", "its kind is 'verdict'"),
        ("kind decision", "is not `name: value`"), ("date: May", "write it as 2026"),
        ("colour: red", "'colour' in its front matter is not known"),
        ("date: 2026-05-01\nexpires: 2026-04-01", "expires before"),
    ],
)  # fmt: skip
def test_wrong_front_matter_is_told_and_the_text_kept(front: str, words: str) -> None:
    page = read_page(f"---\n{front}\n---\nKeep me.\n")
    assert words in page.problem and page.kind == "note" and "Keep me." in page.text
    assert "does not end" in read_page("---\nkind: lesson\nKeep me.").problem
    assert read_page("Only text.") == Page("note", "Only text.")


def test_a_page_is_written_as_it_is_read() -> None:
    page = read_page("---\nkind: lesson\nexpires: 2026-05-31\nsource: retro\n---\n\nTest first.\n")
    assert page.expires == datetime(2026, 6, 1, tzinfo=UTC) and read_page(write_page(page)) == page
    assert page.shown == "Lesson, until 2026-05-31 (source: retro):\n\nTest first."


async def test_editing_a_page_edits_memory_and_removing_it_closes_it(database: Database) -> None:
    log = [paged(UTC_PAGE), paged(UTC_PAGE.replace("UTC.", "Berlin time."), 60)]
    await remember(database, log[:1])
    (found,) = await texts(database, "times")
    assert found == "Decision of 2026-01-05 (source: https://forge/acme/tally/issues/3):\n\nAll times are UTC."
    await remember(database, log[1:])
    (found,) = await texts(database, "times")
    assert "Berlin" in found
    old, new = await rows(database, fact)
    assert old.superseded_by == new.id and old.superseded_at and (new.predicate, new.valid_to) == ("decision", None)
    await remember(database, [paged(UTC_PAGE, 120)])
    await remember(database, [paged("", 180)])
    assert await texts(database, "times") == []
    (last,) = await current(database)
    assert last.object_text == "All times are UTC." and last.valid_to == at(180)


async def test_the_log_told_again_changes_nothing(database: Database) -> None:
    log = [paged(UTC_PAGE), paged(UTC_PAGE.replace("UTC.", "Berlin time."), 60), paged("", 120), paged(UTC_PAGE, 180)]
    memory = await remember(database, log)
    before = [tuple(row) for row in await rows(database, fact)]
    async with database.write() as connection:
        await connection.execute(event.update().values(remembered_at=None))
    await _all(memory)
    assert [tuple(row) for row in await rows(database, fact)] == before
    assert len(await texts(database, "times")) == 1


async def test_what_has_expired_is_not_recalled_as_current(database: Database) -> None:
    yesterday = f"{utc_now() - timedelta(days=1):%Y-%m-%d}"
    await remember(database, [paged(f"---\nkind: preference\nexpires: {yesterday}\n---\nNo deploys.\n")])
    assert await texts(database, "deploys")
    await PageReading(database, {}, source="gitea").round()
    assert await texts(database, "deploys") == []
    assert len(await rows(database, chunk)) == 1


async def test_a_note_is_kept_replaced_exported_and_forgotten(database: Database) -> None:
    now = utc_now()
    async with database.write() as connection:
        page = Page("decision", "Use UTC\n\nEverywhere.", "meeting", now)
        assert await keep_page(connection, REPO, page, by="Noa", now=now) == "notes/use-utc.md"
        later = now + timedelta(seconds=1)
        await keep_page(connection, REPO, Page("decision", "Use UTC\n\nIn logs.", "meeting", later), by="Noa", now=later)
    await _all(Memory(database))
    assert len(await current(database)) == 1
    async with database.read() as connection:
        pages = await export(connection, ALL, REPO, now=later)
    assert (
        list(pages) == [".forgecrew/memory/use-utc.md"] and read_page(next(iter(pages.values()))).text == "Use UTC\n\nIn logs."
    )
    for words, wrong in (
        ("cannot be", Page("rule", "x")),
        ("in the past", Page("lesson", "x", expires=now)),
        ("1 to", Page("lesson", "")),
    ):
        with pytest.raises(RefusedError, match=words):
            async with database.write() as connection:
                await keep_page(connection, REPO, wrong, by="noa", now=now)
    async with database.write() as connection:
        done = await forget(connection, "person", "noa", asked_by="operator")
    assert not any(done.left.values()) and not await rows(database, fact) and await texts(database, "logs") == []


async def _all(memory: Memory) -> Sequence[int]:
    taken: list[int] = []
    while found := await memory.remember():
        taken.append(found)
    return taken
