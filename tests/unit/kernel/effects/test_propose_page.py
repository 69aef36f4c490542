"""A page of memory is proposed as a pull request with one new file; a person's merge makes it memory, nothing else does."""

from typing import Any

import httpx
import pytest

from forgecrew.core.event import Event
from forgecrew.core.label import Integrity, Label
from forgecrew.core.moment import utc_now
from forgecrew.core.stored_intent import IntentState
from forgecrew.core.subject import Subject
from forgecrew.kernel.effects import propose_page
from forgecrew.kernel.page_reading import PageReading
from forgecrew.memory.remember import Memory
from forgecrew.store.queries import events
from forgecrew.store.tables.fact import fact
from tests.unit.kernel.effects.house import House
from tests.unit.memory.telling import rows

DONE, FAILED, WAITING = IntentState.DONE, IntentState.FAILED, IntentState.WAITING
PAGE = {
    "path": ".forgecrew/memory/all-times-are-utc.md", "title": "All times are UTC", "kind": "decision",
    "body": "All times are UTC.\n\nThis fixes #1 @root-admin <!-- hidden -->", "source": "http://forge/acme/tally/issues/1",
    "date": "2026-01-05", "expires": "2027-01-05",
}  # fmt: skip
FILE = (
    "---\nkind: decision\nsource: http://forge/acme/tally/issues/1\ndate: 2026-01-05\nexpires: 2027-01-05\n---\n\n"
    "All times are UTC.\n\nThis fixes #1 `@root-admin`\n"
)


def page(house: House, key: str = "a", **more: Any) -> Any:
    return house.intent("propose_page", PAGE | more, key=key)


async def test_it_is_memory_when_a_person_merges_it_and_not_before(house: House) -> None:
    for key in ("a", "b"):
        done = await house.done(page(house, key))
        assert done.state is DONE and done.result, done.problem
    pulls, repo = house.team.as_owner.pulls, house.team.repo
    pull = await pulls.pull(repo, done.result["number"])
    assert (pull.title, pull.head, pull.author) == (
        "Remember: All times are UTC",
        "forgecrew/memory/all-times-are-utc",
        house.team.agent.login,
    )
    assert "learnt this in" in pull.body and "fixes `#1`" in pull.body and not pull.draft
    assert [one.path for one in await pulls.files(repo, pull.number)] == [PAGE["path"]]
    read = house.team.as_owner.repositories
    assert (
        await read.file(repo, PAGE["path"], at=pull.head) == FILE.encode()
        and await read.file(repo, PAGE["path"], at="main") is None
    )
    reading = PageReading(house.database, {"owner": read}, source="gitea")

    async def pushed() -> list[str]:
        told = Event("gitea", "push", str(utc_now()), "owner", Subject(repo, "repo"), utc_now(), {}, Label())
        async with house.database.write() as connection:
            await events.insert(connection, [told])
        await reading.round()
        while await Memory(house.database).remember():
            pass
        return [row.object_text.splitlines()[0] for row in await rows(house.database, fact)]

    assert await pushed() == []
    headers = {"Authorization": f"token {house.team.owner.token}"}
    async with httpx.AsyncClient(headers=headers, trust_env=False) as client:
        url = f"{house.team.forge.url}/api/v1/repos/{repo}/pulls/{pull.number}/merge"
        assert (await client.post(url, json={"Do": "merge"})).status_code == 200
    assert await pushed() == ["All times are UTC."]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"path": ".forgecrew/egress.toml"}, "no place for a page"), ({"path": ".forgecrew/memory/../x.md"}, "no place"),
        ({"path": "README.md"}, "no place"), ({"kind": "preference"}, "would not be read"),
    ],
)  # fmt: skip
async def test_nothing_else_is_written(house: House, more: dict[str, str], words: str) -> None:
    done = await house.done(page(house, **more))
    assert done.state is FAILED and words in done.problem


async def test_a_page_that_is_there_is_never_touched_and_few_wait(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.team.forge.push(house.team.owner, house.team.repo, "main", {PAGE["path"]: "Ours.\n"})
    done = await house.done(page(house))
    assert done.state is FAILED and "there is a page" in done.problem
    await house.team.forge.push(house.team.owner, house.team.repo, "forgecrew/memory/b", {"x.txt": "theirs\n"})
    taken = await house.done(page(house, "b", path=".forgecrew/memory/b.md"))
    assert taken.state is FAILED and "it is not ours" in taken.problem
    monkeypatch.setattr(propose_page, "OPEN_MAX", 1)
    assert (await house.done(page(house, "c", path=".forgecrew/memory/c.md"))).state is DONE
    full = await house.done(page(house, "d", path=".forgecrew/memory/d.md"))
    assert full.state is FAILED and "wait for people" in full.problem


async def test_what_a_stranger_had_said_waits_for_a_yes(house: House) -> None:
    intent = house.intent("propose_page", PAGE, key="a", label=Label(Integrity.STRANGER))
    assert (await house.done(intent)).state is WAITING
