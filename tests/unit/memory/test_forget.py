import pytest
import sqlalchemy as sa

from forgecrew.core.errors import NotFound
from forgecrew.core.scope import Scope
from forgecrew.memory.forget import What, forget
from forgecrew.memory.graph.as_of import thread_at
from forgecrew.memory.search_text import search_text
from forgecrew.store.database import Database
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.event import event
from forgecrew.store.tables.vector import embedding_queue, vector

from .telling import REPO, remember, rows, told

SECRET = "swordfish"
LOG = [
    told("issue.opened", id="a", title="Fails", body="plain body", author="mia", state="open", labels=["bug"], assignees=[]),
    told("issue.commented", id="b", minutes=1, actor="noa", comment={"id": 5, "body": f"the word is {SECRET}"},
         title="Fails", body="plain body", author="mia", state="open", labels=["ui"], assignees=["noa"]),
    told("issue.commented", id="poll", minutes=1, actor="noa", comment={"id": 5, "body": f"the word is {SECRET}"}, polled=True),
    told("issue.labeled", id="c", minutes=2, title="Fails", body="plain body", author="mia", state="open", labels=["ui"],
         assignees=["noa"]),
]  # fmt: skip


async def has(database: Database, word: str) -> bool:
    async with database.read() as connection:
        return bool(await search_text(connection, Scope(), word))


async def ask(database: Database, what: What, key: str) -> dict[str, int]:
    async with database.write() as connection:
        done = await forget(connection, what, key, asked_by="operator")
    assert set(done.left.values()) == {0}
    return done.removed


async def stored(database: Database, external_id: str) -> str:
    return next(row.id for row in await rows(database, event) if row.external_id == external_id)


async def log_holds(database: Database, word: str) -> bool:
    async with database.read() as connection:
        query = sa.select(sa.func.count()).select_from(event).where(sa.cast(event.c.payload, sa.Text).contains(word))
        return bool((await connection.execute(query)).scalar_one())


async def test_an_event_is_forgotten_with_all_its_tellings_and_stays_forgotten(database: Database) -> None:
    memory = await remember(database, LOG)
    (kept,) = await rows(database, chunk, chunk.c.kind == "comment")
    async with database.write() as connection:
        row = {"text_hash": kept.text_hash, "model_id": "m", "dim": 1, "v16": b"0", "bits": b"0"}
        await connection.execute(sa.insert(vector).values(row))
    assert await has(database, SECRET)
    removed = await ask(database, "event", await stored(database, "b"))
    assert removed["chunk"] == 1 and removed["vector"] == 1 and removed["event"] >= 2
    assert not await has(database, SECRET) and not await log_holds(database, SECRET)
    assert await has(database, "plain")
    async with database.read() as connection:
        hashes = list((await connection.execute(sa.select(embedding_queue.c.text_hash))).scalars())
    assert kept.text_hash not in hashes
    while await memory.remember():
        pass
    again = told("issue.commented", id="backfill", minutes=1, actor="noa", comment={"id": 5, "body": f"the word is {SECRET}"})
    await remember(database, [*LOG, again])
    assert not await has(database, SECRET)
    async with database.read() as connection:
        shown = await thread_at(connection, Scope(), REPO, 1)
    assert (shown["labelled"], shown["assigned"]) == (["ui"], ["noa"]), "what other events tell is so still"


async def test_a_person_is_forgotten_everywhere(database: Database) -> None:
    await remember(database, LOG)
    await ask(database, "person", "Noa")
    assert not await has(database, SECRET)
    assert await rows(database, entity, entity.c.key == "noa") == []
    assert not await log_holds(database, "noa") and not await log_holds(database, SECRET)
    await remember(database, [told("issue.commented", id="new", minutes=9, actor="noa", comment={"id": 6, "body": SECRET})])
    assert not await has(database, SECRET)
    assert await rows(database, entity, entity.c.key == "noa") == []
    assert await has(database, "plain")


async def test_a_repository_is_forgotten_and_not_remembered_again(database: Database) -> None:
    await remember(database, LOG)
    removed = await ask(database, "repo", "acme/tally")
    assert removed["chunk"] == 2 and removed["event"] == 4
    await remember(database, [told("issue.commented", id="new", minutes=9, comment={"id": 6, "body": SECRET})])
    assert await rows(database, chunk) == [] and not await has(database, SECRET)


async def test_an_event_that_is_not_there(database: Database) -> None:
    with pytest.raises(NotFound, match="there is no event nothing"):
        await ask(database, "event", "nothing")
