"""Moving an installation from one database to another: SQLite to PostgreSQL and back."""

from pathlib import Path

from forgecrew.app.load_settings import load_settings
from forgecrew.core.errors import ConfigError
from forgecrew.core.moment import utc_now
from forgecrew.store.copying import Tell, copy_tables, rows_of
from forgecrew.store.database import Database
from forgecrew.store.database_url import async_url
from forgecrew.store.migrate import upgrade
from forgecrew.store.queries import workers


async def copy_database(home: Path, *, to: str, go_on: bool, tell: Tell) -> dict[str, int]:
    """Copy all tables to another database and compare them; gives rows by table.

    Raises ConfigError while workers live, when the other database holds rows (unless `go_on`), and when the two differ.
    """
    settings = load_settings(home)
    if async_url(settings.database_url) == async_url(to):
        raise ConfigError("--to is the database that is in use already; name another one")
    await upgrade(settings.database_url)
    await upgrade(to)
    source, target = Database(settings.database_url, pool_size=2), Database(to, pool_size=2)
    try:
        await must_rest(source)
        if not go_on and await rows_of(target):
            raise ConfigError(
                "the other database holds rows: give an empty one, or --go-on to go on with a copy that was cut off. "
                "Nothing was changed"
            )
        return await copy_tables(source, target, tell)
    finally:
        await source.close()
        await target.close()


async def must_rest(database: Database) -> None:
    """Raises ConfigError while any process of the installation lives: what it writes meanwhile would be lost."""
    async with database.read() as connection:
        alive = await workers.all_alive(connection, now=utc_now())
    if alive:
        raise ConfigError(
            f"forgecrew is running ({', '.join(alive)}): stop it first. A process that was killed counts as running until its "
            "lease ends, some seconds later"
        )
