"""`forgecrew effects`: the process that writes to the forge."""

from pathlib import Path

import rich_click as click

from forgecrew.cli.options import home_option, option


@click.command("effects")
@home_option
@option("--check", is_flag=True, help="Ask the forge about each write token, print JSON, and end.")
def command(home: Path, check: bool) -> None:
    """Write to the forge what was allowed (the only holder of write tokens)."""
    import asyncio

    from forgecrew.app.load_settings import load_settings
    from forgecrew.app.logs import start_logging

    start_logging()
    settings = load_settings(home)  # before the large imports: a wrong setting is told at once
    from forgecrew.app.effects_process import print_check, run

    asyncio.run(print_check(settings) if check else run(settings))
