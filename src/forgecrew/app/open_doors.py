"""Making the web application from settings: the doors, and every route that is found."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from litestar import Litestar

from forgecrew import __version__
from forgecrew.api.app import create_app
from forgecrew.api.doors import AppDoors, Doors
from forgecrew.app import discover
from forgecrew.app.app_key import app_key
from forgecrew.app.connect_code import version_store
from forgecrew.app.connect_hooks import event_sources
from forgecrew.app.memory_when_asked import memory_when_asked
from forgecrew.app.read_secrets import ReadSecrets
from forgecrew.app.settings import Settings
from forgecrew.core.event import Event
from forgecrew.core.role import Role
from forgecrew.store.database import Database

log = logging.getLogger(__name__)


def open_doors(
    settings: Settings, secrets: ReadSecrets, crew: Sequence[Role], database: Database,
    accept: Callable[[Event], Awaitable[bool]], stopping: asyncio.Event,
) -> Litestar:  # fmt: skip
    """The application; routes that do not load are told in the log and left out."""
    doors = Doors(
        database=database, accept=accept, sources=event_sources(), webhook_secret=secrets.webhook_secret,
        login_token=secrets.login_token, public_url=settings.public_url, version=__version__, crew=crew,
        forge_url=settings.forge.url, hook_bytes_max=settings.server.hook_mib_max << 20, stopping=stopping,
        apps=_apps(settings), versions=version_store(settings.home),
        memory=memory_when_asked(settings, database),
    )  # fmt: skip
    found = discover.routes()
    for name, problem in found.broken.items():
        log.warning("the routes of %s are skipped: %s", name, problem)
    return create_app(doors, [route for module in found.working.values() for route in module.routes])


def _apps(settings: Settings) -> AppDoors:
    if not settings.apps.enabled:
        return AppDoors()
    return AppDoors(
        url=settings.apps_url, key=app_key(settings.home), ttl_seconds=settings.apps.ttl_seconds,
        idle_seconds=settings.apps.idle_seconds, of_one_max=settings.apps.per_agent,
    )  # fmt: skip
