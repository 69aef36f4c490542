"""Nobody is shown what they may not read, and nobody can ask without saying who asks."""

import inspect
import random
from types import ModuleType

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.ids import new_id
from forgecrew.core.json import Json
from forgecrew.core.scope import Scope
from forgecrew.memory import search_text as text_search
from forgecrew.memory.graph import as_of, near, people, work
from forgecrew.memory.search_text import search_text
from forgecrew.store.database import Database
from forgecrew.store.queries import chunks, entities, full_text, graph, relations
from forgecrew.store.tables.chunk import chunk, mention
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.relation import relation

from .telling import AT

CASES = 10_000
WORDS = [f"word{number}" for number in range(40)]


async def fill(database: Database, dice: random.Random) -> None:
    """400 chunks, entities and relations with readers of all kinds; some repositories hold both public and private rows."""
    repos = [f"org{number % 4}/repo{number}" for number in range(20)]
    made: dict[str, list[Json]] = {"entity": [], "chunk": [], "relation": [], "mention": []}
    for number in range(1, 401):
        repo = dice.choice(repos)
        readers = dice.choice(["public", f"repo:{repo}", f"repo:{dice.choice(repos)}", "org:org1", "secret"])
        where = {"repo": repo, "readers": readers}
        made["entity"].append(
            {"id": number, "kind": "issue", "key": f"{repo}#{number}", "name": "shared name", "attrs": {}, "first_seen": AT,
             "last_seen": AT} | where
        )  # fmt: skip
        text = " ".join(dice.choices(WORDS, k=8))
        made["chunk"].append(
            {"id": number, "event_id": new_id(), "entity_id": number, "integrity": 1, "provenance": "said", "kind": "comment",
             "source_key": f"{repo}/{number}", "version": "v", "seq": 0, "live": True, "thread_key": f"thread{number % 20}",
             "author": "mia", "at": AT, "told_at": AT, "text": text, "identifiers": "", "text_hash": str(number), "tokens": 9}
            | where
        )  # fmt: skip
        made["mention"].append({"chunk_id": number, "entity_id": 1 + number % 50})
        made["relation"].append(
            {"src": 1 + number % 50, "kind": "refers_to", "dst": number, "valid_from": AT, "recorded_at": AT,
             "event_id": new_id(), "extractor": "text@1", "confidence": 1.0} | where
        )  # fmt: skip
    async with database.write() as connection:
        for table in (entity, chunk, relation, mention):
            await connection.execute(sa.insert(table), made[table.name])


def some_scope(dice: random.Random) -> Scope:
    readers = {"public"} if dice.random() < 0.8 else set[str]()
    readers |= {f"repo:org{number % 4}/repo{number}" for number in range(20) if dice.random() < 0.2}
    readers |= {"org:org1"} if dice.random() < 0.3 else set()
    repos = [f"org{number % 4}/repo{number}" for number in range(20) if dice.random() < 0.5]
    return Scope(frozenset(readers), frozenset(repos) if dice.random() < 0.4 else None)


async def test_ten_thousand_questions_show_nothing_that_may_not_be_read(sqlite_database: Database) -> None:
    dice = random.Random(20)
    await fill(sqlite_database, dice)

    async def ask(connection: AsyncConnection) -> int:
        shown = 0
        of_chunk = {row.id: row for row in await connection.execute(sa.select(chunk.c.id, chunk.c.repo, chunk.c.readers))}
        for number in range(CASES):
            scope = some_scope(dice)
            match number % 20:
                case 0:
                    ids = [
                        hit.chunk_id for hit in await search_text(connection, scope, " ".join(dice.sample(WORDS, 2)), limit=20)
                    ]
                case 1 | 2 | 3 | 4 | 5 | 6 | 7:
                    asked = dice.sample(range(1, 401), 30)
                    ids = list(await chunks.by_ids(connection, scope, asked))
                    assert set(ids) == {one for one in asked if scope.allows(of_chunk[one].repo, of_chunk[one].readers)}
                case 8 | 9 | 10 | 11 | 12:
                    ids = [one.id for one in await chunks.of_thread(connection, scope, f"thread{dice.randrange(20)}")]
                case 13 | 14 | 15 | 16:
                    ids = [one.id for one in await chunks.naming(connection, scope, dice.randrange(1, 51))]
                case _:
                    # Entities and relations of this test have the number and the label of the chunk beside them.
                    ids = [one.other_id for one in await relations.of(connection, scope, dice.randrange(1, 51))]
                    ids += list(await entities.by_ids(connection, scope, dice.sample(range(1, 51), 20)))
            shown += len(ids)
            hidden = [one for one in ids if not scope.allows(of_chunk[one].repo, of_chunk[one].readers)]
            assert hidden == [], (number, scope)
        return shown

    # In one thread: each question by itself would wait twice for another.
    shown = await sqlite_database.read_at_once(ask)
    assert shown > CASES, "the questions are to find something"


def test_a_scope_never_holds_secrets() -> None:
    try:
        Scope(frozenset({"secret"}))
    except ValueError:
        return
    raise AssertionError("a scope took `secret`")


WRITES = {"keep", "add", "told_again", "settle", "add_mentions", "queue_embeddings"}
COUNTS = {"total", "newest", "documents_of"}
"""How many chunks there are and how frequent a word is: no text and no name."""
OF_THE_WRITER = {"versions", "with_words"}
"""Whether a text that the asker holds in hand is kept already; which texts name attachments that are to be taken in, too."""


def test_every_question_asks_for_a_scope() -> None:
    asked = 0
    modules: list[ModuleType] = [chunks, entities, relations, graph, full_text, as_of, near, people, work, text_search]
    for module in modules:
        for name, function in inspect.getmembers(module, inspect.iscoroutinefunction):
            if function.__module__ != module.__name__ or name.startswith("_") or name in WRITES | COUNTS | OF_THE_WRITER:
                continue
            parameters = list(inspect.signature(function).parameters.values())
            assert parameters[1].name == "scope" and parameters[1].default is inspect.Parameter.empty, (
                f"{module.__name__}.{name}"
            )
            asked += 1
    assert asked >= 15
