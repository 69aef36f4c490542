"""What one app needs of the database, and what is left of those that are no more."""

import logging
from collections.abc import Iterable
from datetime import timedelta

from forgecrew.core.app import App
from forgecrew.core.moment import utc_now
from forgecrew.hosting.hosted import Hosted
from forgecrew.hosting.rules import HostingRules, sandbox_id
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.store.database import Database
from forgecrew.store.queries import apps, blobs

_KEPT = timedelta(days=90)
log = logging.getLogger(__name__)


def host(app: App, rules: HostingRules, backend: SandboxBackend, database: Database) -> Hosted:
    """Whatever it notes is in its row, its files come from the blobs."""

    async def note(**values: object) -> None:
        async with database.write() as connection:
            await apps.note(connection, app.id, app.version, **values)

    async def files() -> bytes:
        async with database.read() as connection:
            return await blobs.read(connection, app.files_sha256) or b""

    return Hosted(app, rules, backend, files, note)


async def sweep(backend: SandboxBackend, database: Database, hosted: Iterable[App]) -> None:
    """Remove sandboxes that belong to no app, and rows of long ago."""
    removed = await backend.reap([sandbox_id(app) for app in hosted])
    if removed:
        log.info("swept %s", ", ".join(removed))
    async with database.write() as connection:
        await apps.forget_ended(connection, utc_now() - _KEPT)
