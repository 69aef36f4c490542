"""Bringing the database to this version before a process uses it; under the supervisor that is already done."""

import os

from forgecrew.app.settings import Settings
from forgecrew.store.database import Database

PREPARED = "FORGECREW_DATABASE_PREPARED"
"""Set by the supervisor for its processes: migrations need not be loaded once more."""


async def prepared_database(settings: Settings, *, pool_size: int = 5) -> Database:
    """The database, opened; whoever asks closes it. Raises as prepare_database."""
    await prepare_database(settings)
    return Database(settings.database_url, pool_size=pool_size)


async def prepare_database(settings: Settings) -> None:
    """Run the migrations that are missing. Raises ConfigError for a database of a newer version."""
    if os.environ.get(PREPARED) == "1":
        return
    from forgecrew.store.migrate import upgrade  # alembic is large; most processes never need it

    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    await upgrade(settings.database_url)
