import sqlite3

import pytest

from forgecrew.store import changes
from forgecrew.store.database import Database
from forgecrew.store.queries import cursors


async def put(database: Database, value: str) -> None:
    async with database.write() as connection:
        await cursors.set_value(connection, "one", value)


async def test_looking_is_worth_it_after_a_write_and_not_before(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "ANYWAY_SECONDS", 3600.0)
    news, others = sqlite_database.changes(), sqlite_database.changes()
    assert news.any() and not news.any()
    await put(sqlite_database, "1")
    assert news.any() and not news.any()
    assert others.any() and not others.any(), "each asker has its own memory"
    with sqlite3.connect(sqlite_database.url.partition(":///")[2]) as other:
        other.execute("UPDATE cursor SET value = '2'")
    other.close()
    assert news.any() and not news.any()


async def test_after_a_while_looking_is_worth_it_anyway(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "ANYWAY_SECONDS", 0.0)
    news = sqlite_database.changes()
    assert news.any() and news.any()


async def test_where_one_cannot_ask_for_changes_the_answer_is_yes(database: Database) -> None:
    news = database.changes()
    assert news.any()
    assert news.any() is not database.sqlite


async def test_who_may_wait_longer_hears_yes_less_often(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "ANYWAY_SECONDS", 0.0 if database.sqlite else 3600.0)
    news = database.changes(anyway_seconds=3600.0)
    assert news.any() and not news.any()
    await put(database, "1")
    assert news.any() is database.sqlite, "a server is asked once a second, whatever was written"
