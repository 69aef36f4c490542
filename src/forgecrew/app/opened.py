"""Settings and database for a command at a shell, which works while no process runs."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.exc import OperationalError, ProgrammingError

from forgecrew.app.load_settings import load_settings
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError
from forgecrew.store.database import Database


@asynccontextmanager
async def opened(home: Path) -> AsyncGenerator[tuple[Settings, Database]]:
    """Closed at the end. Raises ConfigError for a database that has no tables or does not answer."""
    settings = load_settings(home)
    database = Database(settings.database_url, pool_size=1)
    try:
        yield settings, database
    except (OperationalError, ProgrammingError) as error:
        problem = f"the database has no tables yet or does not answer: run `forgecrew doctor` ({error.orig})"
        raise ConfigError(problem) from error
    finally:
        await database.close()
