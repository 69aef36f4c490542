"""Apps as the doors answer about them: looked up with what they use, prolonged, ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from forgecrew.api.app_shapes import AppShape, app_shape
from forgecrew.api.asked import as_asked
from forgecrew.api.doors import Doors
from forgecrew.core.app import LIVE, App
from forgecrew.core.moment import utc_now
from forgecrew.core.sandbox_view import SandboxView
from forgecrew.hosting.rules import sandbox_id
from forgecrew.store.queries import apps, sandboxes


@dataclass(frozen=True, slots=True)
class Renewal:
    """How to prolong: 0 seconds mean as long as before."""

    ttl_seconds: int = 0
    permanent: bool = False


async def listed(doors: Doors, *, ended: bool) -> list[AppShape]:
    """Apps with what they use, newest first."""
    async with doors.database.read() as connection:
        found = await apps.recent(connection, states=() if ended else LIVE)
    return await shapes(doors, found)


async def shapes(doors: Doors, found: Sequence[App]) -> list[AppShape]:
    """Apps with what they use now."""
    async with doors.database.read() as connection:
        views = await sandboxes.of_living(connection, [sandbox_id(app) for app in found], now=utc_now())
    return [shape(doors, app, views.get(sandbox_id(app))) for app in found]


def shape(doors: Doors, app: App, view: SandboxView | None = None) -> AppShape:
    """The shape of an app; `view` is its sandbox."""
    return app_shape(app, apps_url=doors.apps.url, public_url=doors.public_url, now=utc_now(), view=view)


async def look(doors: Doors, app_id: str) -> App:
    """One app. Raises NotFound."""
    async with doors.database.read() as connection:
        return await apps.get(connection, app_id)


async def prolong(doors: Doors, app_id: str, wanted: Renewal) -> App:
    """Prolong one. Raises NotFound, ValidationException."""
    with as_asked():
        async with doors.database.write() as connection:
            return await apps.renew(connection, app_id, ttl_seconds=wanted.ttl_seconds, permanent=wanted.permanent)


async def end(doors: Doors, app_id: str) -> App:
    """Ask for its end. Raises NotFound."""
    async with doors.database.write() as connection:
        return await apps.ask_removal(connection, app_id)
