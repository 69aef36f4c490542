"""The past of one repository becomes events, seen by the first account of the crew that may read it."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from forgecrew.app.connect_code import code_history, code_host
from forgecrew.app.connect_forge import forge_as, history_as
from forgecrew.app.read_secrets import ReadSecrets
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError, RefusedError
from forgecrew.core.label import PUBLIC, Label
from forgecrew.core.moment import utc_now
from forgecrew.core.subject import RepoRef
from forgecrew.kernel.backfill.backfill import Backfill
from forgecrew.kernel.backfill.past_events import PastEvents
from forgecrew.kernel.backfill.progress import ProgressBook
from forgecrew.store.database import Database

Tell = Callable[[dict[str, Any]], None]


async def store_past(
    settings: Settings, secrets: ReadSecrets, database: Database, ref: RepoRef, anew: bool, tell: Tell
) -> dict[str, Any]:
    """Store it; gives the progress at the end. Raises RefusedError or ConfigError when no account may read it."""
    refusal: RefusedError | None = None
    for token in secrets.tokens.values():
        forge, history = forge_as(settings, token), history_as(settings, token)
        try:
            shown = await forge.repositories.repo(ref)
            await code_host(settings.home, list(secrets.tokens.items())).refresh(ref, shown.clone_url)
            label = Label(readers=f"repo:{shown.ref}" if shown.private else PUBLIC)
            make = PastEvents(settings.forge.kind, shown.ref, label, utc_now())
            code = code_history(settings.home)
            work = Backfill(ProgressBook(database), forge, history, code, make, lambda progress: tell(asdict(progress)))
            return asdict(await work.run(shown.ref, shown.default_branch, anew=anew))
        except RefusedError as error:
            refusal = error
        finally:
            await forge.close()
            await history.close()
    raise refusal or ConfigError("no account of the crew may read it")
