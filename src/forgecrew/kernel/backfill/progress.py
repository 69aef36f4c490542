"""How far the backfill of a repository is, kept so that it goes on where it was cut off."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from forgecrew.core.event import Event
from forgecrew.core.subject import RepoRef
from forgecrew.store.database import Database
from forgecrew.store.queries import cursors, events


@dataclass(slots=True)
class Progress:
    """How far it is: the part, the last commit or page of threads that is done, and what was new so far."""

    part: str = "commits"
    commit: str = ""
    page: int = 0
    seen: int = 0
    new: int = 0


class ProgressBook:
    """What was found is stored together with how far it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def so_far(self, repo: RepoRef) -> Progress:
        """What was kept last; the beginning when nothing was."""
        async with self._database.read() as connection:
            value = await cursors.get(connection, _cursor(repo))
        return Progress(**json.loads(value)) if value else Progress()

    async def keep(self, repo: RepoRef, progress: Progress, found: Sequence[Event]) -> None:
        """Events and progress in one transaction."""
        async with self._database.write() as connection:
            progress.seen += len(found)
            if found:
                progress.new += sum(await events.insert(connection, found))
            await cursors.set_value(connection, _cursor(repo), json.dumps(asdict(progress)))


def _cursor(repo: RepoRef) -> str:
    return f"backfill:{repo}"[:200]
