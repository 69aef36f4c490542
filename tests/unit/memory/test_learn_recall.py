"""Learning from citations: kept where it does better, per kind of text, and taken back."""

import random
from dataclasses import replace

from forgecrew.kernel.retraining import NEW_MIN, Retraining
from forgecrew.memory.recall.learn import examples_by_kind
from forgecrew.memory.recall.order import LEARNABLE, MORE
from forgecrew.memory.recall.recaller import Recaller
from forgecrew.memory.recall.retrain import retrain, undo
from forgecrew.store.database import Database
from forgecrew.store.queries import recall_log

from .test_recall import ASKED, history

TELLING = LEARNABLE.index("words_3")


async def citations(database: Database, count: int, dice: random.Random, *, telling: bool = True) -> None:
    """Recalls whose cited candidate stood anywhere and had the highest value of one feature (of none: by chance)."""
    async with database.write() as connection:
        for number in range(count):
            rows = [[dice.gauss(0, 1) for _ in LEARNABLE] for _ in range(8)]
            best = max(range(8), key=lambda place: rows[place][TELLING]) if telling else 0
            ranked = [[f"c{place}", "dialogue", row] for place, row in enumerate(rows)]
            await recall_log.add(connection, f"run{number}", "asked", {"ids": [], "ranked": ranked}, [f"c{best}"],
                                 tokens=1, milliseconds=1.0)  # fmt: skip


async def test_few_citations_change_nothing(database: Database) -> None:
    await citations(database, 5, random.Random(1))
    (one,) = await retrain(database)
    assert one.examples == 5 and not one.weights
    async with database.read() as connection:
        assert await recall_log.weights(connection) == {}


async def test_what_was_cited_changes_the_order_and_can_be_taken_back(database: Database) -> None:
    await citations(database, 80, random.Random(2))
    (one,) = await retrain(database)
    assert one.after > one.before and max(one.weights, key=one.weights.__getitem__) == "words_3"
    async with database.read() as connection:
        held = await recall_log.weights(connection)
    assert set(held) == {"dialogue"} and set(held["dialogue"]) == set(LEARNABLE)
    await history(database)
    assert (await Recaller(database).recall(ASKED)).lines, "recall goes by them"
    assert await undo(database) == ["dialogue"] and await undo(database) == []
    async with database.read() as connection:
        assert await recall_log.weights(connection) == {}


async def test_it_learns_in_idle_time_when_enough_is_new(sqlite_database: Database) -> None:
    retraining = Retraining(sqlite_database)
    await citations(sqlite_database, NEW_MIN - 1, random.Random(5))
    assert await retraining.look() == []
    async with sqlite_database.write() as connection:
        await recall_log.add(connection, "last", "q", {"ids": [], "ranked": []}, [], tokens=0, milliseconds=1.0)
    assert await retraining.look() == ["dialogue"]
    assert await retraining.look() == [], "once for what is new"


async def test_weights_that_do_no_better_are_not_kept(sqlite_database: Database) -> None:
    await citations(sqlite_database, 60, random.Random(3), telling=False)  # what stood first was cited: nothing to gain
    (one,) = await retrain(sqlite_database)
    assert one.before == 1.0 and not one.weights


async def test_rows_of_other_features_are_left_out(sqlite_database: Database) -> None:
    async with sqlite_database.write() as connection:
        old = {"ids": ["c1"], "ranked": [["c1", "dialogue", [1.0]], ["c2", "dialogue", [2.0]]]}
        await recall_log.add(connection, "r", "q", old, ["c1"], tokens=1, milliseconds=1.0)
    async with sqlite_database.read() as connection:
        assert examples_by_kind(await recall_log.recent(connection)) == {}


async def test_old_rows_go(sqlite_database: Database) -> None:
    await citations(sqlite_database, 9, random.Random(4))
    async with sqlite_database.write() as connection:
        assert await recall_log.prune(connection, keep=4) == 5
        assert [row.run_id for row in await recall_log.recent(connection)] == ["run8", "run7", "run6", "run5"]
        assert await recall_log.prune(connection, keep=4) == 0


async def test_the_features_that_are_kept_are_those_that_are_learned(sqlite_database: Database) -> None:
    await history(sqlite_database)
    found = await Recaller(sqlite_database).recall(replace(ASKED, min_relevance=0.0))
    assert found.ranked and all(len(one.features) == len(LEARNABLE) for one in found.ranked)
    assert LEARNABLE[-len(MORE) :] == MORE and not any(name.startswith("q_") for name in LEARNABLE)
    assert [one.score for one in found.ranked] == sorted((one.score for one in found.ranked), reverse=True)
