"""The same inside of a PostgreSQL with pgvector, by its index too; and which search a database gets."""

import logging

import numpy as np
import pytest
import sqlalchemy as sa

from forgecrew.core.scope import Scope
from forgecrew.memory.vectors import near as near_module
from forgecrew.memory.vectors.choose import ChosenIndex
from forgecrew.memory.vectors.index import VectorIndex
from forgecrew.store.database import Database
from forgecrew.store.queries import near_vectors
from tests.unit.memory.vectors.held import MODEL, put_chunks, put_vectors, unit_rows
from tests.unit.memory.vectors.test_index import (
    test_many_may_search_at_once,
    test_models_live_side_by_side,
    test_no_scope_is_given_what_it_may_not_read,
    test_nothing_kept_gives_nothing,
    test_the_nearest_come_first,
    test_the_scope_bounds_what_is_ranked,
    test_what_comes_later_is_found,
    test_what_goes_or_changes_hands_is_seen_at_once,
)

__all__ = [
    "test_many_may_search_at_once", "test_models_live_side_by_side", "test_no_scope_is_given_what_it_may_not_read",
    "test_nothing_kept_gives_nothing", "test_the_nearest_come_first", "test_the_scope_bounds_what_is_ranked",
    "test_what_comes_later_is_found", "test_what_goes_or_changes_hands_is_seen_at_once",
]  # fmt: skip


@pytest.fixture
def database(pgvector_database: Database) -> Database:
    return pgvector_database


@pytest.fixture(params=["compared whole", "by the index"])
def index(request: pytest.FixtureRequest, database: Database, monkeypatch: pytest.MonkeyPatch) -> VectorIndex:
    monkeypatch.setattr(near_module, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(near_module, "REST", 0)
    if request.param == "by the index":
        monkeypatch.setattr(near_module, "EXACT_MAX", -1)
    return ChosenIndex(database, MODEL)


async def test_the_extension_is_made_and_copies_go_with_their_texts(pgvector_database: Database) -> None:
    rows = unit_rows(3)
    await put_chunks(pgvector_database, [1, 2, 3])
    await put_vectors(pgvector_database, [1, 2, 3], rows)
    assert len(await ChosenIndex(pgvector_database, MODEL).search(rows[0], Scope(), 9)) == 3
    near = near_vectors.NearTable(MODEL, 48, "public", "halfvec", True)
    async with pgvector_database.write() as connection:
        assert await near_vectors.extension(connection)
        await connection.execute(sa.text("DELETE FROM text_vector WHERE text_hash = :one"), {"one": f"{1:032x}"})
        left = await connection.execute(sa.select(sa.func.count()).select_from(near.table))
        assert left.scalar_one() == 2


async def test_an_older_pgvector_without_half_precision(pgvector_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_vectors, "_HALF", sa.text("SELECT 1 WHERE false"))
    rows = unit_rows(30)
    await put_chunks(pgvector_database, range(1, 31))
    await put_vectors(pgvector_database, range(1, 31), rows)
    index = near_module.NearIndex(pgvector_database, MODEL)
    monkeypatch.setattr(near_vectors, "_VERSION", sa.text("SELECT '0.6.2', 'public'"))
    async with pgvector_database.write() as connection:
        await near_vectors.create_extension(connection)
    monkeypatch.setattr(near_module, "EXACT_MAX", -1)
    assert (await index.search(rows[4], Scope(), 5))[0][0] == 5


async def test_a_database_without_pgvector_is_searched_too(database_url: str, caplog: pytest.LogCaptureFixture) -> None:
    from forgecrew.store.migrate import upgrade

    await upgrade(database_url)
    database = Database(database_url)
    rows = unit_rows(3)
    await put_chunks(database, [1, 2, 3])
    await put_vectors(database, [1, 2, 3], rows)
    async with database.read() as connection:
        without = not database.sqlite and not await near_vectors.available(connection)
    with caplog.at_level(logging.INFO):
        found = await ChosenIndex(database, MODEL).search(rows[1], Scope(), 2)
    assert found[0][0] == 2 and np.isclose(found[0][1], 1, atol=2e-3)
    assert ("PostgreSQL has no pgvector here" in caplog.text) is without
    await database.close()
