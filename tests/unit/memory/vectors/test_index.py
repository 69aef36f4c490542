"""What every search by meaning gives, on both databases: the nearest, live, and only what the scope allows."""

import asyncio
import random
from collections.abc import AsyncIterator

import numpy as np
import pytest
import sqlalchemy as sa

from forgecrew.core.errors import ConfigError
from forgecrew.core.scope import Scope
from forgecrew.memory.vectors import keeping_up
from forgecrew.memory.vectors import matrix as matrix_module
from forgecrew.memory.vectors.exact import ExactIndex
from forgecrew.memory.vectors.index import VectorIndex
from forgecrew.memory.vectors.matrix import MatrixIndex
from forgecrew.store.database import Database
from forgecrew.store.tables.chunk import chunk
from tests.unit.memory.vectors.held import MODEL, put_chunks, put_vectors, unit_rows


@pytest.fixture(params=["exact", "matrix"])
async def index(
    request: pytest.FixtureRequest, database: Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[VectorIndex]:
    monkeypatch.setattr(keeping_up, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(keeping_up, "SWEEP_SECONDS", 0.0)
    monkeypatch.setattr(keeping_up, "REST", 0)
    yield ExactIndex(database, MODEL) if request.param == "exact" else MatrixIndex(database, MODEL)


async def test_the_nearest_come_first(database: Database, index: VectorIndex) -> None:
    rows = unit_rows(300)
    await put_chunks(database, range(1, 301))
    await put_vectors(database, range(1, 301), rows)
    asked = unit_rows(1, seed=9)[0]
    wanted = np.argsort(-(rows @ asked))[:10] + 1
    found = await index.search(asked, Scope(), 10)
    assert [id for id, _ in found] == wanted.tolist()
    assert found[0][1] == pytest.approx(float(rows[wanted[0] - 1] @ asked), abs=2e-3)
    assert len(await index.search(asked, Scope(), 1000)) == 300


async def test_nothing_kept_gives_nothing(index: VectorIndex) -> None:
    assert await index.search(unit_rows(1)[0], Scope(), 10) == []


async def test_what_comes_later_is_found(database: Database, index: VectorIndex) -> None:
    rows = unit_rows(4)
    await put_chunks(database, [1, 2])
    await put_vectors(database, [1], rows[:1])
    assert {id for id, _ in await index.search(rows[0], Scope(), 9)} == {1}
    await put_chunks(database, [3, 4])
    await put_vectors(database, [3], rows[2:3])
    assert {id for id, _ in await index.search(rows[0], Scope(), 9)} == {1, 3}
    await put_vectors(database, [2, 4], rows[[1, 3]])
    assert {id for id, _ in await index.search(rows[0], Scope(), 9)} == {1, 2, 3, 4}


async def test_what_goes_or_changes_hands_is_seen_at_once(database: Database, index: VectorIndex) -> None:
    rows = unit_rows(4)
    await put_chunks(database, [1, 2, 3, 4])
    await put_vectors(database, [1, 2, 3, 4], rows)
    await index.search(rows[0], Scope(), 9)
    async with database.write() as connection:
        await connection.execute(sa.delete(chunk).where(chunk.c.id == 1))
        await connection.execute(sa.update(chunk).where(chunk.c.id == 2).values(live=False))
        await connection.execute(sa.update(chunk).where(chunk.c.id == 3).values(readers="repo:acme/tally"))
    for _ in range(2):
        assert [id for id, _ in await index.search(rows[0], Scope(), 9)] == [4]
    assert {id for id, _ in await index.search(rows[0], Scope.of_repos(["acme/tally"]), 9)} == {3, 4}
    async with database.write() as connection:
        await connection.execute(sa.update(chunk).values(live=True, readers="public"))
    assert {id for id, _ in await index.search(rows[0], Scope(), 9)} == {2, 3, 4}


async def test_the_scope_bounds_what_is_ranked(database: Database, index: VectorIndex) -> None:
    """The nearest are forbidden: what is allowed must still come, however far it is."""
    asked = unit_rows(1)[0]
    near = asked + 0.01 * unit_rows(200, seed=1)
    await put_chunks(database, range(1, 201), readers="repo:acme/secret", repo="acme/secret")
    await put_vectors(database, range(1, 201), near / np.linalg.norm(near, axis=1, keepdims=True))
    await put_chunks(database, [201])
    await put_vectors(database, [201], unit_rows(1, seed=2))
    assert [id for id, _ in await index.search(asked, Scope(), 5)] == [201]


async def test_no_scope_is_given_what_it_may_not_read(database: Database, index: VectorIndex) -> None:
    dice, held = random.Random(3), {}
    rows = unit_rows(240)
    for number in range(60):
        ids = range(number * 4 + 1, number * 4 + 5)
        repo, author = f"acme/r{dice.randrange(5)}", dice.choice(["Mia", "noa", "eve"])
        readers, integrity = dice.choice(["public", f"repo:{repo}", "org:acme", "secret"]), dice.randrange(7)
        await put_chunks(database, ids, repo=repo, readers=readers, integrity=integrity, author=author)
        held |= dict.fromkeys(ids, (repo, readers, integrity, author))
    await put_vectors(database, range(1, 241), rows)
    for _ in range(40):
        readers = frozenset(dice.sample(["public", "org:acme", *(f"repo:acme/r{at}" for at in range(5))], dice.randrange(1, 5)))
        repos = None if dice.random() < 0.3 else frozenset(f"acme/r{at}" for at in dice.sample(range(5), 2))
        scope = Scope(readers, repos, dice.randrange(7), frozenset(dice.sample(["mia", "noa", "eve"], dice.randrange(3))))
        may = {id for id, one in held.items() if scope.allows(*one[:2]) and scope.trusts(*one[2:])}
        assert {id for id, _ in await index.search(rows[dice.randrange(240)], scope, 500)} == may


async def test_many_may_search_at_once(database: Database, index: VectorIndex) -> None:
    rows = unit_rows(60)
    await put_chunks(database, range(1, 61))
    await put_vectors(database, range(1, 31), rows[:30])

    async def later() -> None:
        for id in range(31, 61):
            await put_vectors(database, [id], rows[id - 1 : id])

    found, _ = await asyncio.gather(asyncio.gather(*(index.search(row, Scope(), 1) for row in rows[:30])), later())
    assert [one[0][0] for one in found] == list(range(1, 31))
    assert len(await index.search(rows[0], Scope(), 100)) == 60


async def test_models_live_side_by_side(database: Database, index: VectorIndex) -> None:
    rows = unit_rows(2)
    await put_chunks(database, [1, 2])
    await put_vectors(database, [1, 2], rows)
    await put_vectors(database, [1, 2], unit_rows(2, dimension=64), model="other")
    assert {id for id, _ in await index.search(rows[0], Scope(), 9)} == {1, 2}


async def test_another_dimension_under_the_same_name_is_told(database: Database) -> None:
    await put_chunks(database, [1])
    await put_vectors(database, [1], unit_rows(1))
    index = MatrixIndex(database, MODEL)
    with pytest.raises(ConfigError, match=r"have 48 numbers and the embedder gives 64 now.*stay as they are"):
        await index.search(unit_rows(1, dimension=64)[0], Scope(), 9)
    assert len(await index.search(unit_rows(1)[0], Scope(), 9)) == 1


async def test_the_matrix_rests_when_nobody_asks(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix_module, "IDLE_SECONDS", 0.01)
    await put_chunks(sqlite_database, [1])
    await put_vectors(sqlite_database, [1], unit_rows(1))
    index = MatrixIndex(sqlite_database, MODEL)
    for _ in range(2):
        assert len(await index.search(unit_rows(1)[0], Scope(), 9)) == 1
        async with asyncio.timeout(10):
            while index._kept.held:
                await asyncio.sleep(0.01)
