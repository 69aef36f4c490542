"""Filling memory with the past of a repository, for people at a shell."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from forgecrew.app.load_settings import load_settings
from forgecrew.app.prepare_database import prepared_database
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.repo_named import repo_named
from forgecrew.core.errors import ConfigError

if TYPE_CHECKING:
    from forgecrew.app.past_of_repo import Tell


async def backfill(home: Path, *, repo: str, anew: bool, tell: "Tell") -> dict[str, Any]:
    """Take in the past of a repository; `tell` hears of the progress. Raises ConfigError, RefusedError or ForgeUnavailable."""
    from forgecrew.app.past_of_repo import store_past
    from forgecrew.memory.remember import Memory

    ref, settings = repo_named(repo), load_settings(home)
    secrets = load_read_secrets(settings.home)
    if not secrets.tokens:
        raise ConfigError("no account of the crew has a read token: run `forgecrew init` again")
    database = await prepared_database(settings, pool_size=2)
    try:
        done = await store_past(settings, secrets, database, ref, anew, tell)
        memory, taken = Memory(database, list(secrets.tokens)), 0
        while found := await memory.remember():
            taken += found
            tell({"part": "remembering", "seen": taken})
        return done | {"remembered": taken}
    finally:
        await database.close()
