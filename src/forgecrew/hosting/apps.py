"""All apps of this machine: read from the database, each started, suspended, ended in time, and swept away."""

import asyncio
import logging
import time
from collections.abc import Callable

from forgecrew.core.app import App, AppState
from forgecrew.core.errors import ForgecrewError
from forgecrew.core.moment import utc_now
from forgecrew.hosting.hosted import Hosted
from forgecrew.hosting.rows import AppRows
from forgecrew.hosting.rules import HostingRules, sandbox_id
from forgecrew.kernel.rounds import again_and_again
from forgecrew.ports.sandbox_backend import SandboxBackend

STARTS_MAX = 4
"""Apps that are made ready at the same time: a host that comes back with many must answer meanwhile."""
PATIENCE_SECONDS, UNUSED_SECONDS = 3.0, 10.0
"""After so long an app that waits for room makes another one stop that nobody has used for so long."""
_RUN_AGAIN = (AppState.WANTED, AppState.STARTING, AppState.RUNNING)
log = logging.getLogger(__name__)


class Apps:
    """What is hosted here, by name. One process hosts all apps of a database. `waits`: whether one waits for room."""

    def __init__(
        self, rows: AppRows, backend: SandboxBackend, rules: HostingRules, waits: Callable[[], bool] = lambda: False
    ) -> None:
        self._rows, self._backend, self._rules = rows, backend, rules
        self._waits, self._waits_since = waits, time.monotonic()
        self._hosted: dict[str, Hosted] = {}
        self._starts = asyncio.Semaphore(STARTS_MAX)
        self._looking, self._swept = asyncio.Lock(), 0.0

    async def run(self, stopping: asyncio.Event) -> None:
        """Look at the database until asked to stop; then end what runs. Its apps come back with the next start."""
        try:
            await again_and_again(
                self._tick, self._rules.tick_seconds, stopping, so="apps cannot be looked at for a moment",
                beside=(ForgecrewError,), trouble_seconds=1,
            )  # fmt: skip
        finally:
            await asyncio.gather(*(one.end() for one in self._hosted.values()))

    async def _tick(self) -> None:
        if self._rows.news() or any(map(_due, self._hosted.values())):
            await self.look()
        await self._make_room()
        if time.monotonic() - self._swept > self._rules.sweep_seconds:
            self._swept = time.monotonic()
            async with self._looking:  # nothing new is hosted meanwhile, so nothing is swept that is being made
                await self._sweep()

    @property
    def any(self) -> bool:
        """Whether anything is hosted."""
        return bool(self._hosted)

    async def find(self, name: str) -> tuple[App | None, Hosted | None]:
        """The app of a host name and what hosts it; it is looked for in the database when it is not known here yet."""
        hosted = self._hosted.get(name)
        if hosted is not None and not _over(hosted.app):
            return hosted.app, hosted
        await self.look()
        hosted = self._hosted.get(name)
        if hosted is not None:
            return hosted.app, hosted
        return await self._rows.named(name), None

    async def look(self) -> None:
        """Bring what runs in line with what is asked for."""
        async with self._looking:
            found = await self._rows.live()
            for name in self._hosted.keys() - found.keys():
                await self._drop(self._hosted.pop(name))
            for app in found.values():
                await self._settle(app)

    async def _settle(self, app: App) -> None:
        if app.removal_asked or _over(app):
            hosted = self._hosted.pop(app.name, None)
            if hosted is not None:
                await self._drop(hosted)
            await self._rows.end(app)
            return
        hosted = self._hosted.get(app.name)
        if hosted is not None and hosted.app.version != app.version:
            await self._drop(self._hosted.pop(app.name))
            hosted = None
        if hosted is None:
            hosted = self._hosted[app.name] = self._made(app)
            if app.state in _RUN_AGAIN:
                hosted.start()
        hosted.app = app
        if _idle(hosted, app.idle_seconds):
            await hosted.suspend()

    async def _make_room(self) -> None:
        """Suspend the app that was unused for longest while another one waits for room on the machine."""
        now = time.monotonic()
        if not self._waits():
            self._waits_since = now
        elif now - self._waits_since > PATIENCE_SECONDS:
            self._waits_since = now
            if unused := [one for one in self._hosted.values() if _idle(one, UNUSED_SECONDS)]:
                await min(unused, key=lambda one: one.seen_at).suspend()

    def _made(self, app: App) -> Hosted:
        return Hosted(app, self._rules, self._backend, self._rows.files_of(app), self._rows.note_of(app), self._starts)

    async def _sweep(self) -> None:
        """Remove sandboxes that belong to no app, and rows of long ago."""
        removed = await self._backend.reap([sandbox_id(one.app) for one in self._hosted.values()])
        if removed:
            log.info("swept %s", ", ".join(removed))
        await self._rows.forget_old()

    async def _drop(self, hosted: Hosted) -> None:
        await hosted.end()
        sandbox = await self._backend.attach(sandbox_id(hosted.app))
        if sandbox is not None:
            await sandbox.destroy()


def _idle(hosted: Hosted, seconds: float) -> bool:
    return hosted.ready and not hosted.streams and time.monotonic() - hosted.seen_at > seconds


def _due(hosted: Hosted) -> bool:
    return _over(hosted.app) or _idle(hosted, hosted.app.idle_seconds)


def _over(app: App) -> bool:
    return app.expires_at is not None and app.expires_at <= utc_now()
