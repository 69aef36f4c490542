"""Commands of `forgecrew memory` about code: index, symbols."""

from pathlib import Path
from typing import Any

import rich_click as click

from forgecrew.cli.options import argument, asked, home_option, json_option, option, plain, print_json


@click.command("index")
@argument("repo", metavar="OWNER/NAME")
@home_option
@json_option
def index(home: Path, repo: str, as_json: bool) -> None:
    """Bring the index of a repository's code up to date: what it defines, calls and imports, and its history.

    `forgecrew work` does so after every push. Cut off, it goes on where it was.
    """

    def tell(done: dict[str, Any]) -> None:
        if not as_json:
            click.echo(f"{done['read']} of {done['files']} sources read", err=True)

    from forgecrew.app.symbols_at_hand import index as bring_up_to_date

    done = asked(bring_up_to_date(home, repo=repo, tell=tell))
    if as_json:
        print_json(done)
        return
    what = f"{done['files']} sources changed, {done['gone']} gone, {done['read']} read"
    click.echo(f"{repo} at {done['commit'][:12]}: {what}, {done['texts']} texts wait for vectors, {done['commits']} commits")
    for why, count in done["skipped"].items():
        click.echo(f"left out, {why}: {count}")


@click.command("symbols")
@argument("name", metavar="NAME")
@option("--repo", default="", help="Only of this repository (owner/name).")
@home_option
@json_option
def symbols(home: Path, name: str, repo: str, as_json: bool) -> None:
    """Show where a class or function is defined: `save`, `Store.save`."""
    from forgecrew.app.symbols_at_hand import symbols as defined

    found = asked(defined(home, name=name, repo=repo))
    if as_json:
        print_json(found)
        return
    for one in found:
        click.echo(plain(f"{one['repo']}  {one['path']}:{one['start_line']}  {one['kind']} {one['qualname']}"))
    if not found:
        click.echo("Nothing of that name is indexed. `forgecrew memory index OWNER/NAME` indexes a repository.")
