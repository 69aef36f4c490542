import asyncio

import pytest
import sqlalchemy as sa

from forgecrew.core.errors import ConfigError
from forgecrew.store.database import Database
from forgecrew.store.database_url import async_url
from forgecrew.store.migrate import differences, revision_state, upgrade
from forgecrew.store.revision import newest, up_to_date


async def test_upgrading_gives_the_tables_in_code(database_url: str) -> None:
    before, database = await revision_state(database_url), Database(database_url)
    assert (before.current, before.up_to_date, before.newest) == ("", False, newest())
    assert not await up_to_date(database)
    assert (await upgrade(database_url)).up_to_date
    assert await up_to_date(database)
    await database.close()
    assert await differences(database_url) == []
    assert (await upgrade(database_url)).up_to_date


async def test_several_processes_may_upgrade_at_once(database_url: str) -> None:
    states = await asyncio.gather(*(upgrade(database_url) for _ in range(4)))
    assert all(state.up_to_date for state in states)


async def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    await upgrade(database_url)
    database = Database(database_url)
    async with database.write() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert not await up_to_date(database)
    with pytest.raises(ConfigError, match="9999, which a newer version of forgecrew made"):
        await upgrade(database_url)
    assert not (await revision_state(database_url)).known
    await database.close()


def test_other_databases_are_refused() -> None:
    with pytest.raises(ConfigError, match="must start with"):
        async_url("mysql://here")
