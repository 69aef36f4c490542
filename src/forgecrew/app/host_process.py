"""The process `host`: runs apps in sandboxes and serves them to browsers; it knows no token of the forge and no model."""

import asyncio
import logging

from forgecrew.app.app_key import app_key
from forgecrew.app.connect_sandbox import sandboxes
from forgecrew.app.listen import bind
from forgecrew.app.prepare_database import prepare_database
from forgecrew.app.privacy import close_to_others
from forgecrew.app.settings import Settings
from forgecrew.app.until_stopped import run_until_stopped
from forgecrew.core.sandbox import Profile
from forgecrew.hosting.apps import Apps
from forgecrew.hosting.proxy import Proxy
from forgecrew.hosting.rules import HostingRules
from forgecrew.store.database import Database

log = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """Host apps until asked to stop. Raises ConfigError before anything is opened when a setting is wrong."""
    close_to_others()
    bound = bind(settings.apps.host, settings.apps_port, section="apps")
    await prepare_database(settings)
    database = Database(settings.database_url, pool_size=2)
    rules = HostingRules(
        url=settings.apps_url, home_url=settings.public_url, key=app_key(settings.home),
        profile=Profile(name="app", memory_bytes=settings.apps.memory_mib << 20, pids=128, output_bytes=64 << 10),
        mounts=settings.sandbox.mounts, path=settings.sandbox.path, start_seconds=settings.apps.start_seconds,
    )  # fmt: skip
    apps = Apps(database, sandboxes(settings, settings.home / "apps"), rules)
    proxy = Proxy(apps, rules)

    async def web(stopping: asyncio.Event) -> None:
        log.info("host serves apps at %s", rules.origin("<name>"))
        await proxy.run(bound, stopping)

    try:
        await run_until_stopped({"web": web, "apps": apps.run})
    finally:
        bound.close()
        await database.close()
