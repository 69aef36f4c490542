"""Memory for people at a shell: forgetting, and what it holds."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from forgecrew.app.load_settings import load_settings
from forgecrew.app.prepare_database import prepare_database
from forgecrew.app.repo_named import repo_named
from forgecrew.store.database import Database


async def forget(home: Path, *, what: str, key: str, asked_by: str) -> dict[str, dict[str, int]]:
    """Forget an event, a person, a repository or a document; rows removed and left, by table. Raises NotFound."""
    from forgecrew.memory.forget import forget as forget_in
    from forgecrew.store.queries.locks import take_turn

    async with opened(home) as database, database.write() as connection:
        await take_turn(connection, "memory")
        done = await forget_in(connection, what, key, asked_by=asked_by)  # pyright: ignore[reportArgumentType]
    return asdict(done)


async def holdings(home: Path) -> dict[str, int]:
    """Rows of memory by table, and how many events wait to be taken in or were left aside."""
    from forgecrew.store.queries import remembering

    async with opened(home) as database, database.read() as connection:
        return await remembering.counts(connection)


async def events_of(home: Path, *, thread: str) -> list[dict[str, Any]]:
    """Events about a repository or a thread (owner/name, owner/name#12), oldest first: their ids are what `forget` takes."""
    from forgecrew.store.queries import remembering

    repo, _, number = thread.partition("#")
    async with opened(home) as database, database.read() as connection:
        rows = await remembering.events_of(connection, str(repo_named(repo)), int(number) if number.isdigit() else 0)
    return [{"id": row.id, "kind": row.kind, "actor": row.actor, "at": row.occurred_at.isoformat()} for row in rows]


@asynccontextmanager
async def opened(home: Path) -> AsyncGenerator[Database]:
    """The database of an installation, with its tables."""
    settings = load_settings(home)
    await prepare_database(settings)
    database = Database(settings.database_url, pool_size=2)
    try:
        yield database
    finally:
        await database.close()
