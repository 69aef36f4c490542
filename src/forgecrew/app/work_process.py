"""The process `work`: takes tasks and does them in sandboxes; it knows no write token."""

import asyncio
import logging

from forgecrew.app.prepare_database import prepare_database
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.roster import call_roster
from forgecrew.app.settings import Settings
from forgecrew.app.until_stopped import run_until_stopped

log = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """Work until asked to stop."""
    load_read_secrets(settings.home)
    call_roster(settings)
    await prepare_database(settings)

    async def idle(stopping: asyncio.Event) -> None:
        log.info("work waits for tasks")
        await stopping.wait()

    await run_until_stopped({"worker": idle})
