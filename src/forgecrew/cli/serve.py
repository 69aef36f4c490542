"""`forgecrew serve`: the process that takes webhooks and shows pages."""

from pathlib import Path

import rich_click as click

from forgecrew.cli.options import home_option


@click.command("serve")
@home_option
def command(home: Path) -> None:
    """Take webhooks, dispatch tasks, show the pages (read tokens only)."""
    import asyncio

    from forgecrew.app.load_settings import load_settings
    from forgecrew.app.logs import start_logging

    start_logging()
    settings = load_settings(home)  # before the large imports: a wrong setting is told at once
    from forgecrew.app.serve_process import run

    asyncio.run(run(settings))
