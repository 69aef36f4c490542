"""Filling memory with the past of a repository, for people at a shell."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forgecrew.app.connect_code import code_history, code_host
from forgecrew.app.connect_forge import forge_as, history_as
from forgecrew.app.load_settings import load_settings
from forgecrew.app.prepare_database import prepare_database
from forgecrew.app.read_secrets import ReadSecrets, load_read_secrets
from forgecrew.app.repo_named import repo_named
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError, RefusedError
from forgecrew.core.label import PUBLIC, Label
from forgecrew.core.subject import RepoRef
from forgecrew.store.database import Database

Tell = Callable[[dict[str, Any]], None]


async def backfill(home: Path, *, repo: str, anew: bool, tell: Tell) -> dict[str, Any]:
    """Take in the past of a repository; `tell` hears of the progress. Raises ConfigError, RefusedError or ForgeUnavailable."""
    from forgecrew.memory.remember import Memory

    ref, settings = repo_named(repo), load_settings(home)
    secrets = load_read_secrets(settings.home)
    if not secrets.tokens:
        raise ConfigError("no account of the crew has a read token: run `forgecrew init` again")
    await prepare_database(settings)
    database = Database(settings.database_url, pool_size=2)
    try:
        done = await _store(settings, secrets, database, ref, anew, tell)
        memory, taken = Memory(database, list(secrets.tokens)), 0
        while found := await memory.remember():
            taken += found
            tell({"part": "remembering", "seen": taken})
        return done | {"remembered": taken}
    finally:
        await database.close()


async def _store(
    settings: Settings, secrets: ReadSecrets, database: Database, ref: RepoRef, anew: bool, tell: Tell
) -> dict[str, Any]:
    """Store the past as events, seen by the first account that may read the repository."""
    from forgecrew.kernel.backfill.backfill import Backfill
    from forgecrew.kernel.backfill.past_events import PastEvents

    refusal: RefusedError | None = None
    for token in secrets.tokens.values():
        forge, history = forge_as(settings, token), history_as(settings, token)
        try:
            shown = await forge.repositories.repo(ref)
            await code_host(settings.home, list(secrets.tokens.items())).refresh(ref, shown.clone_url)
            label = Label(readers=f"repo:{shown.ref}" if shown.private else PUBLIC)
            make = PastEvents(settings.forge.kind, shown.ref, label, datetime.now(UTC))
            code = code_history(settings.home)
            work = Backfill(database, forge, history, code, make, lambda progress: tell(asdict(progress)))
            return asdict(await work.run(shown.ref, shown.default_branch, anew=anew))
        except RefusedError as error:
            refusal = error
        finally:
            await forge.close()
            await history.close()
    raise refusal or ConfigError("no account of the crew may read it")
