"""All apps of this machine: read from the database, each started, suspended, ended in time, and swept away."""

import asyncio
import logging
import time

from sqlalchemy.exc import DBAPIError

from forgecrew.core.app import LIVE, App, AppState
from forgecrew.core.errors import ForgecrewError
from forgecrew.core.moment import utc_now
from forgecrew.hosting.host import host, sweep
from forgecrew.hosting.hosted import Hosted
from forgecrew.hosting.rules import HostingRules, sandbox_id
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.store.database import Database
from forgecrew.store.queries import apps

_RUN_AGAIN = (AppState.WANTED, AppState.STARTING, AppState.RUNNING)
log = logging.getLogger(__name__)


class Apps:
    """What is hosted here, by name. One process hosts all apps of a database."""

    def __init__(self, database: Database, backend: SandboxBackend, rules: HostingRules) -> None:
        self._database, self._backend, self._rules = database, backend, rules
        self._hosted: dict[str, Hosted] = {}
        self._looking = asyncio.Lock()

    async def run(self, stopping: asyncio.Event) -> None:
        """Look at the database until asked to stop; then end what runs. Its apps come back with the next start."""
        try:
            swept = 0.0
            while not stopping.is_set():
                try:
                    await self.look()
                    if time.monotonic() - swept > self._rules.sweep_seconds:
                        swept = time.monotonic()
                        async with self._looking:  # nothing new is hosted meanwhile, so nothing is swept that is being made
                            await sweep(self._backend, self._database, [one.app for one in self._hosted.values()])
                except (DBAPIError, OSError, ForgecrewError) as error:
                    log.warning("apps cannot be looked at for a moment: %s", error)
                    await asyncio.sleep(1)
                try:
                    await asyncio.wait_for(stopping.wait(), self._rules.tick_seconds)
                except TimeoutError:
                    continue
        finally:
            await asyncio.gather(*(one.stop() for one in self._hosted.values()))

    async def find(self, name: str) -> tuple[App | None, Hosted | None]:
        """The app of a host name and what hosts it; it is looked for in the database when it is not known here yet."""
        hosted = self._hosted.get(name)
        if hosted is not None and not _over(hosted.app):
            return hosted.app, hosted
        await self.look()
        hosted = self._hosted.get(name)
        if hosted is not None:
            return hosted.app, hosted
        async with self._database.read() as connection:
            return await apps.named(connection, name), None

    async def look(self) -> None:
        """Bring what runs in line with what is asked for."""
        async with self._looking:
            async with self._database.read() as connection:
                found = {app.name: app for app in await apps.recent(connection, states=LIVE, limit=10_000)}
            for name in self._hosted.keys() - found.keys():
                await self._drop(self._hosted.pop(name))
            for app in found.values():
                await self._settle(app)

    async def _settle(self, app: App) -> None:
        if app.removal_asked or _over(app):
            hosted = self._hosted.pop(app.name, None)
            if hosted is not None:
                await self._drop(hosted)
            async with self._database.write() as connection:
                await apps.end(connection, app.id, AppState.REMOVED if app.removal_asked else AppState.EXPIRED)
            return
        hosted = self._hosted.get(app.name)
        if hosted is not None and hosted.app.version != app.version:
            await self._drop(self._hosted.pop(app.name))
            hosted = None
        if hosted is None:
            hosted = self._hosted[app.name] = host(app, self._rules, self._backend, self._database)
            if app.state in _RUN_AGAIN:
                hosted.start()
        hosted.app = app
        idle = time.monotonic() - hosted.seen_at > app.idle_seconds and not hosted.streams
        if idle and hosted.alive and app.state is AppState.RUNNING:
            await hosted.suspend()

    async def _drop(self, hosted: Hosted) -> None:
        await hosted.stop()
        sandbox = await self._backend.attach(sandbox_id(hosted.app))
        if sandbox is not None:
            await sandbox.destroy()


def _over(app: App) -> bool:
    return app.expires_at is not None and app.expires_at <= utc_now()
