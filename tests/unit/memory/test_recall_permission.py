"""Recall at random shows nothing that may not be read, whichever way a text was reached."""

import inspect
import random
from dataclasses import replace

import sqlalchemy as sa

from forgecrew.core.label import Integrity
from forgecrew.memory.recall import by_meaning, facts, focus, found_facts, gather, looking, packed, related, relevance, states
from forgecrew.memory.recall.asked import Asked
from forgecrew.memory.recall.recaller import Recaller
from forgecrew.store.database import Database
from forgecrew.store.queries import recall_facts, recalling
from forgecrew.store.tables.chunk import chunk

from .test_permission import WORDS, fill, some_scope

CASES = 300
ABOUT_NAMES = {"authors_in"}
"""Who wrote in a repository, for asking the forge about them; no text."""


async def test_random_recalls_show_nothing_that_may_not_be_read(sqlite_database: Database) -> None:
    dice = random.Random(21)
    await fill(sqlite_database, dice)
    async with sqlite_database.write() as connection:
        some = chunk.c.id % 3 == 0
        await connection.execute(sa.update(chunk).where(some).values(integrity=int(Integrity.MERGED), author="noa"))
    async with sqlite_database.read() as connection:
        rows = {f"c{row.id}": row for row in await connection.execute(sa.select(chunk))}
    recaller, shown = Recaller(sqlite_database), 0
    for number in range(CASES):
        scope = some_scope(dice)
        if number % 3 == 0:
            scope = replace(
                scope, integrity_min=int(Integrity.CONTRIBUTOR), trusted=frozenset({"mia"} if number % 2 else set())
            )
        repo = f"org{number % 4}/repo{number % 20}"
        text = f"{' '.join(dice.sample(WORDS, 3))} #{dice.randrange(1, 400)}"
        found = await recaller.recall(Asked(text, scope, 1_800, repo=repo, min_relevance=0.0, limit=20))
        for line in found.lines:
            if line.kind == "fact":
                assert line.label.readers in scope.readers
                continue
            row = rows[line.id]
            assert scope.allows(row.repo, row.readers) and scope.trusts(row.integrity, row.author), (number, scope)
            shown += 1
        for one in found.ranked:
            assert scope.allows(one.chunk.repo, one.chunk.label.readers), "nothing hidden is compared or logged either"
    assert shown > CASES, "the questions are to find something"


def test_every_question_of_recall_carries_a_scope() -> None:
    asked = 0
    modules = (
        by_meaning,
        facts,
        focus,
        found_facts,
        gather,
        looking,
        packed,
        recall_facts,
        recalling,
        related,
        relevance,
        states,
    )
    for module in modules:
        for name, function in inspect.getmembers(module, inspect.iscoroutinefunction):
            if function.__module__ == module.__name__ and not name.startswith("_") and name not in ABOUT_NAMES:
                second = list(inspect.signature(function).parameters.values())[1]
                assert second.name in ("scope", "asked") and second.default is inspect.Parameter.empty, name
                asked += 1
    assert asked >= 10
