"""The process `effects`: the only one that knows write tokens; it runs no model and nothing that a model wrote."""

import logging

from forgecrew.app import discover
from forgecrew.app.connect_code import code_push
from forgecrew.app.connect_forge import forge_as
from forgecrew.app.outgoing import outgoing_filter
from forgecrew.app.prepare_database import prepared_database
from forgecrew.app.print_tokens import print_tokens
from forgecrew.app.privacy import close_to_others
from forgecrew.app.settings import Settings
from forgecrew.app.until_stopped import run_until_stopped
from forgecrew.app.write_secrets import load_write_tokens
from forgecrew.kernel.effects.hands import Hands
from forgecrew.kernel.effects.loop import Effects
from forgecrew.kernel.preview_statuses import PreviewStatuses

log = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """Execute allowed intents until asked to stop."""
    close_to_others()
    tokens = load_write_tokens(settings.home)
    found = discover.effects()
    for name, problem in found.broken.items():
        log.warning("the effect %s is skipped: %s", name, problem)
    hands = Hands(
        tokens=tokens, connect=lambda token: forge_as(settings, token),
        push=code_push(settings.home), outgoing=outgoing_filter(settings, tokens),
    )  # fmt: skip
    database = await prepared_database(settings)
    loop = Effects(database, {name: module.execute for name, module in found.working.items()}, hands)
    log.info("effects writes as %s", ", ".join(sorted(tokens)) or "nobody: there are no write tokens, run `forgecrew init`")
    try:
        await run_until_stopped({"effects": loop.run, "previews": PreviewStatuses(database).run})
    finally:
        await database.close()


async def print_check(settings: Settings) -> None:
    """What the forge says of each write token, for `forgecrew doctor`, which must not see them."""
    close_to_others()
    await print_tokens(settings, load_write_tokens(settings.home))
