"""The process `effects`: the only one that knows write tokens; it runs no model and nothing that a model wrote."""

import asyncio
import json
import logging
import sys
from dataclasses import asdict

from forgecrew.app.check_tokens import check_tokens
from forgecrew.app.prepare_database import prepare_database
from forgecrew.app.privacy import close_to_others
from forgecrew.app.settings import Settings
from forgecrew.app.until_stopped import run_until_stopped
from forgecrew.app.write_secrets import load_write_tokens

log = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """Execute allowed intents until asked to stop."""
    close_to_others()
    tokens = load_write_tokens(settings.home)
    await prepare_database(settings)

    async def idle(stopping: asyncio.Event) -> None:
        log.info("effects writes as %s", ", ".join(sorted(tokens)))
        await stopping.wait()

    await run_until_stopped({"effects": idle})


async def print_check(settings: Settings) -> None:
    """What the forge says of each write token, as JSON on standard output; the tokens themselves stay here."""
    close_to_others()
    states = await check_tokens(settings, load_write_tokens(settings.home))
    sys.stdout.write(json.dumps([asdict(state) for state in states]))
