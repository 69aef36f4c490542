"""Bringing the database to this version before a process uses it; under the supervisor that is already done."""

import os

from forgecrew.app.settings import Settings
from forgecrew.store.database import Database
from forgecrew.store.revision import up_to_date

PREPARED = "FORGECREW_DATABASE_PREPARED"
"""Set by the supervisor for its processes: nobody has to look once more."""


async def prepared_database(settings: Settings, *, pool_size: int = 5) -> Database:
    """The database, opened; whoever asks closes it. Raises as prepare_database."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database_url, pool_size=pool_size)
    try:
        if os.environ.get(PREPARED) != "1" and not await up_to_date(database):
            from forgecrew.store.migrate import upgrade  # alembic is large; most processes never need it

            await upgrade(settings.database_url)
    except BaseException:
        await database.close()
        raise
    return database


async def prepare_database(settings: Settings) -> None:
    """Run the migrations that are missing. Raises ConfigError for a database of a newer version."""
    await (await prepared_database(settings, pool_size=1)).close()
