"""The process `host`: runs apps in sandboxes and serves them to browsers; it knows no token of the forge and no model."""

import asyncio
import logging

from forgecrew.app.fit_sandboxes import fit_sandboxes
from forgecrew.app.listen import bind
from forgecrew.app.place_for_apps import place_for_apps
from forgecrew.app.prepare_database import prepare_database
from forgecrew.app.privacy import close_to_others
from forgecrew.app.rules_of_hosting import room_for_apps, rules_of_hosting
from forgecrew.app.settings import Settings
from forgecrew.app.until_stopped import run_until_stopped
from forgecrew.hosting.proxy import Proxy
from forgecrew.store.database import Database

log = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """Host apps until asked to stop. Raises ConfigError before anything is opened when a setting is wrong."""
    close_to_others()
    bound = bind(settings.apps.host, settings.apps_port, section="apps")
    await prepare_database(settings)
    database = Database(settings.database_url, pool_size=2)
    rules = rules_of_hosting(settings)
    backend = fit_sandboxes(settings, database, "apps", room_for_apps(settings))
    apps, parts = place_for_apps(backend, database, rules)
    proxy = Proxy(apps, rules)

    async def web(stopping: asyncio.Event) -> None:
        log.info("host serves apps at %s", rules.origin("<name>"))
        await proxy.run(bound, stopping)

    try:
        await run_until_stopped({"web": web, **parts})
    finally:
        bound.close()
        await database.close()
