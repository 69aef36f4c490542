"""`forgecrew work`: the process that does tasks."""

from pathlib import Path

import rich_click as click

from forgecrew.cli.options import home_option


@click.command("work")
@home_option
def command(home: Path) -> None:
    """Take tasks and do them (read tokens only)."""
    import asyncio

    from forgecrew.app.load_settings import load_settings
    from forgecrew.app.logs import start_logging

    start_logging()
    settings = load_settings(home)  # before the large imports: a wrong setting is told at once
    from forgecrew.app.work_process import run

    asyncio.run(run(settings))
