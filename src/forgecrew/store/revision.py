"""Whether a database has the tables of this version: told without alembic, which is large and nearly always not needed."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from forgecrew.store.database import Database

FOLDER = Path(__file__).with_name("migrations")


def newest() -> str:
    """The last step of this version: files are named by their steps."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py"))


async def up_to_date(database: Database) -> bool:
    """False also for a new database; one that does not answer is for `upgrade` to tell of."""
    try:
        async with database.read() as connection:
            found = (await connection.execute(sa.text("SELECT version_num FROM alembic_version"))).scalars().all()
    except (DBAPIError, OSError):
        return False
    return found == [newest()]
