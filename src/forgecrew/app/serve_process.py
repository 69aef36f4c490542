"""The process `serve`: takes webhooks, decides which tasks they make, polls for what was missed, remembers, shows pages."""

import asyncio
import logging
from dataclasses import replace

from forgecrew.app.listen import bind, serve
from forgecrew.app.open_doors import open_doors
from forgecrew.app.polling import Polling
from forgecrew.app.prepare_database import prepared_database
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.remembering_parts import remembering_parts
from forgecrew.app.roster import call_roster
from forgecrew.app.settings import Settings
from forgecrew.app.until_stopped import run_until_stopped
from forgecrew.kernel.dispatch import Dispatcher
from forgecrew.kernel.inbox import Inbox

log = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """Serve until asked to stop. Raises ConfigError before anything is opened when a setting is wrong."""
    secrets = load_read_secrets(settings.home)
    roster = call_roster(settings, with_procedures=False)
    for name, problem in roster.broken.items():
        log.warning("the role %s is skipped: %s", name, problem)
    bound = bind(settings.server.host, settings.server.port)
    settings = replace(settings, server=replace(settings.server, port=bound.getsockname()[1]))
    database = await prepared_database(settings)
    inbox = Inbox(database)
    crew = list(roster.roles.values())
    polling = Polling(settings, secrets, roster, database, inbox.accept)
    dispatcher = Dispatcher(database, crew, inbox.arrived)
    accounts = list(roster.accounts.values())

    async def web(stopping: asyncio.Event) -> None:
        app = open_doors(settings, secrets, crew, database, inbox.accept, stopping)
        log.info("serve listens on http://%s:%s", *bound.getsockname()[:2])
        await serve(app, bound, stopping)

    try:
        async with remembering_parts(settings, secrets, database, inbox, accounts) as parts:
            await run_until_stopped({"web": web, "dispatcher": dispatcher.run, "polling": polling.run, **parts})
    finally:
        bound.close()
        await polling.close()
        await database.close()
