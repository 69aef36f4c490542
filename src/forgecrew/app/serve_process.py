"""The process `serve`: takes webhooks, decides which tasks they make, polls for what was missed, shows the pages."""

import asyncio
import logging
from dataclasses import replace

from forgecrew import __version__
from forgecrew.api.app import create_app
from forgecrew.api.doors import Doors
from forgecrew.app import discover
from forgecrew.app.connections import event_sources
from forgecrew.app.listen import bind, serve
from forgecrew.app.prepare_database import prepare_database
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.roster import call_roster
from forgecrew.app.settings import Settings
from forgecrew.app.until_stopped import run_until_stopped
from forgecrew.core.event import Event
from forgecrew.store.database import Database
from forgecrew.store.queries import events

log = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """Serve until asked to stop. Raises ConfigError before anything is opened when a setting is wrong."""
    secrets = load_read_secrets(settings.home)
    roster = call_roster(settings, with_procedures=False)
    bound = bind(settings.server.host, settings.server.port)
    settings = replace(settings, server=replace(settings.server, port=bound.getsockname()[1]))
    await prepare_database(settings)
    database = Database(settings.database_url)

    async def accept(event: Event) -> bool:
        async with database.write() as connection:
            return (await events.insert(connection, [event]))[0]

    found = discover.routes()
    for name, problem in {**found.broken, **roster.broken}.items():
        log.warning("%s is skipped: %s", name, problem)
    routes = [route for module in found.working.values() for route in module.routes]

    async def web(stopping: asyncio.Event) -> None:
        doors = Doors(
            database=database, accept=accept, sources=event_sources(settings), webhook_secret=secrets.webhook_secret,
            login_token=secrets.login_token, public_url=settings.public_url, version=__version__,
            crew=list(roster.roles.values()), forge_url=settings.forge.url,
            hook_bytes_max=settings.server.hook_mib_max << 20, stopping=stopping,
        )  # fmt: skip
        log.info("serve listens on http://%s:%s", *bound.getsockname()[:2])
        await serve(create_app(doors, routes), bound, stopping)

    try:
        await run_until_stopped({"web": web})
    finally:
        bound.close()
        await database.close()
