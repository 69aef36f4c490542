"""`forgecrew effects`: the process that writes to the forge."""

from pathlib import Path

import rich_click as click

from forgecrew.cli.options import home_option


@click.command("effects")
@home_option
def command(home: Path) -> None:
    """Write to the forge what was allowed (the only holder of write tokens)."""
    import asyncio

    from forgecrew.app.effects_process import run
    from forgecrew.app.load_settings import load_settings
    from forgecrew.app.logs import start_logging

    start_logging()
    asyncio.run(run(load_settings(home)))
