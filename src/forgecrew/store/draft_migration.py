"""Drafts the step from the last migration to the tables in code, for a developer to read and complete.

    python -m forgecrew.store.draft_migration 0002 "what changes"

It knows nothing of data, nor of the conditions of partial indexes.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from forgecrew.store.migrate import FOLDER, upgrade


def draft(revision: str, message: str) -> None:
    """Write migrations/versions/<revision>_<message>.py."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'empty.sqlite'}"
        asyncio.run(upgrade(url))
        settings = Config()
        settings.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            settings.attributes["connection"] = connection
            command.revision(settings, message, autogenerate=True, rev_id=revision)
        engine.dispose()


if __name__ == "__main__":
    draft(*sys.argv[1:3])
