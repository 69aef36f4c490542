"""`forgecrew up`: everything on this machine, watched over."""

from pathlib import Path

import rich_click as click

from forgecrew.cli.options import home_option


@click.command("up")
@home_option
def command(home: Path) -> None:
    """Run everything on this machine: serve, work, effects and host, watched over.

    The write tokens do not exist for serve, work and host: they run where that folder is empty.
    """
    import asyncio

    from forgecrew.app.load_settings import load_settings
    from forgecrew.app.logs import start_logging

    start_logging()
    settings = load_settings(home)  # before the large imports: a wrong setting is told at once
    from forgecrew.app.supervisor import run

    asyncio.run(run(settings))
