"""Pages of memory read from a forge after pushes: added, edited, removed, broken."""

import logging

import pytest

from forgecrew.core.event import Event
from forgecrew.core.label import Label
from forgecrew.core.moment import utc_now
from forgecrew.core.subject import Subject
from forgecrew.kernel.page_reading import PageReading
from forgecrew.memory.remember import Memory
from forgecrew.store.database import Database
from forgecrew.store.queries import events
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.event import event
from forgecrew.store.tables.fact import fact
from tests.forges import LiveForge
from tests.unit.memory.telling import rows

PAGE = "---\nkind: decision\n---\nAll times are {}.\n"
FOLDER = ".forgecrew/memory"


async def test_pushes_to_the_default_branch_edit_memory(
    practice_forge: LiveForge, sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    database = sqlite_database
    owner, stranger = await practice_forge.account("owner"), await practice_forge.account("stranger")
    start = {"README.md": "# x\n", f"{FOLDER}/times.md": PAGE.format("UTC"), f"{FOLDER}/deep/no.md": "not a page\n"}
    repo = await practice_forge.repository(owner, private=True, files=start)
    forges = {"stranger": practice_forge.connect(stranger), "owner": practice_forge.connect(owner)}
    reading = PageReading(database, {login: forge.repositories for login, forge in forges.items()}, source="gitea")

    async def pushed() -> int:
        told = Event(
            "gitea", "push", str(utc_now()), "owner", Subject(repo, "repo"), utc_now(), {}, Label(readers=f"repo:{repo}")
        )
        async with database.write() as connection:
            await events.insert(connection, [told])
        new = await reading.round()
        while await Memory(database).remember():
            continue
        return new

    async def holding() -> list[tuple[str, str, bool]]:
        found = [row for row in await rows(database, fact) if row.superseded_at is None]
        return [(row.predicate, row.object_text, row.valid_to is None) for row in found]

    try:
        assert await pushed() == 1
        assert await holding() == [("decision", "All times are UTC.", True)]
        assert {row.readers for row in await rows(database, chunk)} == {f"repo:{repo}"}
        assert await pushed() == 0 and await reading.round() == 0
        broken = {f"{FOLDER}/times.md": PAGE.format("local"), f"{FOLDER}/broken.md": "---\nkind: rule\n---\nBe kind.\n"}
        await practice_forge.push(owner, repo, "main", broken)
        with caplog.at_level(logging.WARNING):
            assert await pushed() == 2
        assert "broken.md of" in caplog.text and "its kind is 'rule'" in caplog.text
        assert ("decision", "All times are local.", True) in await holding() and len(await holding()) == 2
        await practice_forge.push(owner, repo, "elsewhere", {f"{FOLDER}/other.md": PAGE.format("else")})
        assert await pushed() == 0
        before = len(await rows(database, event, event.c.kind == "other"))
        live = [row.source_key for row in await rows(database, chunk) if row.live and row.text]
        assert sorted(live) == [f"{repo}:{FOLDER}/{name}.md/doc" for name in ("broken", "times")] and before == 3
        await practice_forge.remove(owner, repo, "main", f"{FOLDER}/times.md")
        assert await pushed() == 1
        assert ("decision", "All times are local.", False) in await holding()
    finally:
        for forge in forges.values():
            await forge.close()
