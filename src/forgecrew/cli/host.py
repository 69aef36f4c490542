"""`forgecrew host`: the process that hosts apps."""

from pathlib import Path

import rich_click as click

from forgecrew.cli.options import home_option


@click.command("host")
@home_option
def command(home: Path) -> None:
    """Host apps and serve them to browsers (no token of the forge)."""
    import asyncio

    from forgecrew.app.load_settings import load_settings
    from forgecrew.app.logs import start_logging

    start_logging()
    settings = load_settings(home)  # before the large imports: a wrong setting is told at once
    from forgecrew.app.host_process import run

    asyncio.run(run(settings))
