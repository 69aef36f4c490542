"""Wikis are looked through: a page is read when it changed, edits edit memory, what is removed ends, nothing is told twice."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from forgecrew.integrations.gitea.history import GiteaHistory, connect
from forgecrew.kernel.wiki_reading import WikiEye, WikiReading
from forgecrew.memory.remember import Memory
from forgecrew.store.database import Database
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.event import event
from forgecrew.store.tables.fact import fact
from tests.contracts.forge.test_wiki import write
from tests.forges import Team
from tests.unit.memory.telling import rows

PAGE = "---\nkind: decision\n---\nAll times are {}.\n"


class Wiki:
    """The wiki of a repository and the memory that follows it."""

    def __init__(self, team: Team, database: Database) -> None:
        self.team, self.database = team, database
        self.history = connect(team.forge.url, team.agent.token)
        eye = WikiEye(team.as_agent.repositories.repos, self.history)
        self.reading = WikiReading(database, {"agent": eye}, source="gitea", only=[str(team.repo)], between_seconds=0)

    async def write(self, method: str, path: str, title: str = "", text: str = "") -> None:
        await write(self.team.forge, self.team.owner, self.team.repo, method, path, title, text)

    async def look(self) -> int:
        changed = await self.reading.round()
        while await Memory(self.database).remember():
            pass
        return changed

    async def texts(self) -> list[str]:
        return [row.text for row in await rows(self.database, chunk) if row.live and row.text]

    async def holding(self) -> list[tuple[str, bool]]:
        return [(row.object_text, row.valid_to is None) for row in await rows(self.database, fact) if row.superseded_at is None]


@pytest.fixture
async def wiki(team: Team, sqlite_database: Database) -> AsyncIterator[Wiki]:
    made = Wiki(team, sqlite_database)
    yield made
    await made.history.close()


async def test_edits_edit_memory_and_removal_ends(wiki: Wiki) -> None:
    assert await wiki.look() == 0
    await wiki.write("POST", "new", "Home", "Welcome to the sums.")
    await wiki.write("POST", "new", "Times of day", PAGE.format("UTC"))
    assert await wiki.look() == 2 and await wiki.look() == 0
    assert await wiki.holding() == [("All times are UTC.", True)]
    assert sorted(text.splitlines()[-1] for text in await wiki.texts()) == ["All times are UTC.", "Welcome to the sums."]
    await wiki.write("PATCH", "page/Times-of-day", "Times of day", PAGE.format("local"))
    assert await wiki.look() == 1 and await wiki.holding() == [("All times are local.", True)]
    await wiki.write("DELETE", "page/Times-of-day")
    assert await wiki.look() == 1 and await wiki.holding() == [("All times are local.", False)]
    assert await wiki.texts() == ["Welcome to the sums."]


async def test_a_page_that_is_no_decision_any_more_stays_as_text(wiki: Wiki) -> None:
    await wiki.write("POST", "new", "Times", PAGE.format("UTC"))
    await wiki.look()
    await wiki.write("PATCH", "page/Times", "Times", "We talk about times again.")
    assert await wiki.look() == 2 and await wiki.holding() == [("All times are UTC.", False)]
    assert await wiki.texts() == ["We talk about times again."]


async def test_only_what_changed_is_read_and_few_at_once(wiki: Wiki, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    read = GiteaHistory.wiki_page

    async def counted(self: GiteaHistory, repo: Any, head: Any) -> Any:
        asked.append(head.title)
        return await read(self, repo, head)

    monkeypatch.setattr(GiteaHistory, "wiki_page", counted)
    monkeypatch.setattr("forgecrew.kernel.wiki_reading.READ_AT_ONCE", 2)
    for nth in range(3):
        await wiki.write("POST", "new", f"Page {nth}", f"Text {nth}.")
    assert [await wiki.look() for _ in range(3)] == [2, 1, 0]
    await wiki.write("PATCH", "page/Page-1", "Page 1", "Another text.")
    assert await wiki.look() == 1 and asked == ["Page 0", "Page 1", "Page 2", "Page 1"]
    before = len(await rows(wiki.database, event))
    assert before == 4 and await wiki.look() == 0
