"""What hosting reads and writes of the database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from forgecrew.core.app import LIVE, App, AppState
from forgecrew.core.moment import utc_now
from forgecrew.store.database import Database
from forgecrew.store.queries import apps, blobs

_KEPT = timedelta(days=90)
_LIVE_MAX = 10_000
AGAIN_SECONDS = 1.0
log = logging.getLogger(__name__)


class AppRows:
    """The rows of all apps. Raises DBAPIError and OSError where the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database, self._changes = database, database.changes()

    def news(self) -> bool:
        """Whether a look can find more than the last one."""
        return self._changes.any()

    async def live(self) -> dict[str, App]:
        """Those that count, by name."""
        async with self._database.read() as connection:
            return {app.name: app for app in await apps.recent(connection, states=LIVE, limit=_LIVE_MAX)}

    async def named(self, name: str) -> App | None:
        """One, whatever its state."""
        async with self._database.read() as connection:
            return await apps.named(connection, name)

    async def end(self, app: App) -> None:
        """Its time is over, or a person wants it gone."""
        async with self._database.write() as connection:
            await apps.end(connection, app.id, AppState.REMOVED if app.removal_asked else AppState.EXPIRED)

    async def forget_old(self) -> None:
        """Remove rows of long ago."""
        async with self._database.write() as connection:
            await apps.forget_ended(connection, utc_now() - _KEPT)

    def note_of(self, app: App) -> Callable[..., Awaitable[None]]:
        """Keeps what its host found out about it; waits for a database that is away: the app goes on."""

        async def note(**values: object) -> None:
            while True:
                try:
                    async with self._database.write() as connection:
                        await apps.note(connection, app.id, app.version, **values)
                    return
                except (DBAPIError, OSError) as error:
                    log.warning("what is known of the app %s waits for the database: %s", app.name, error)
                    await asyncio.sleep(AGAIN_SECONDS)

        return note

    def files_of(self, app: App) -> Callable[[], Awaitable[bytes]]:
        """Gives its gzipped tar."""

        async def files() -> bytes:
            async with self._database.read() as connection:
                return await blobs.read(connection, app.files_sha256) or b""

        return files
