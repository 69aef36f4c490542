"""`forgecrew version`: versions of everything that matters in a report of a fault."""

import platform
import sys

import rich_click as click

from forgecrew import __version__
from forgecrew.cli.options import json_option, print_json

PARTS = ("dbos", "litestar", "sqlalchemy", "uvicorn", "httpx")


@click.command("version")
@json_option
def command(as_json: bool) -> None:
    """Show versions, for reports of faults."""
    from importlib.metadata import version  # noqa: TID251 - reads metadata, imports nothing

    versions = {"forgecrew": __version__, "python": sys.version.split()[0], "system": platform.platform()}
    versions |= {part: version(part) for part in PARTS}
    if as_json:
        print_json(versions)
        return
    for name, text in versions.items():
        click.echo(f"{name:12} {text}")
