"""`forgecrew memory similar`: earlier issues and pull requests that may be about the same thing."""

from pathlib import Path

import rich_click as click

from forgecrew.cli.options import argument, asked, home_option, json_option, option, plain, print_json


@click.command("similar")
@argument("thread", metavar="OWNER/NAME#NUMBER")
@option("--limit", type=click.IntRange(1, 10), default=3, show_default=True, help="How many.")
@home_option
@json_option
def similar(home: Path, thread: str, limit: int, as_json: bool) -> None:
    """Show earlier issues and pull requests that may be about the same thing, with what both hold.

    A list to look at: nothing is told to anybody and nothing is closed.
    """
    from forgecrew.app.similar_at_hand import similar_to

    found = asked(similar_to(home, thread=thread, limit=limit))
    if as_json:
        print_json(found)
        return
    for one in found:
        click.echo(f"{one['key']}  {one['likelihood']:.0%}{' likely' if one['likely'] else ''}  {plain(one['title'])}")
        for reason in one["reasons"]:
            click.echo(f"    {plain(reason)}")
    if not found:
        click.echo("Nothing earlier is alike.")
