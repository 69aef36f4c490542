"""`forgecrew memory add|documents`: documents that memory is sent."""

from pathlib import Path
from typing import Any

import rich_click as click

from forgecrew.cli.options import argument, asked, home_option, json_option, option, plain, print_json


@click.command("add")
@argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path, dir_okay=False))
@option("--repo", required=True, metavar="OWNER/NAME", help="The repository that it belongs to.")
@option("--readers", default="", help="public, or repo:OWNER/NAME; without it whoever may read the repository.")
@option("--wait", "wait_seconds", default=20.0, metavar="SECONDS", help="How long to wait until it is read.")
@home_option
@json_option
def add(home: Path, files: tuple[Path, ...], repo: str, readers: str, wait_seconds: float, as_json: bool) -> None:
    """Send documents to memory: text, Markdown, HTML, PDF, DOCX, archives of code. A worker reads them in a sandbox."""
    from forgecrew.app.documents_at_hand import add as send

    made = asked(send(home, files=files, repo=repo, readers=readers, wait_seconds=wait_seconds))
    if as_json:
        print_json(made)
    else:
        for one in made:
            click.echo(_line(one))
            if one["state"] == "waiting":
                click.echo("  it waits to be read: is `forgecrew work` running?", err=True)
    if any(one["state"] == "refused" for one in made):
        raise SystemExit(1)


@click.command("documents")
@option("--repo", default="", metavar="OWNER/NAME", help="Of this repository alone.")
@home_option
@json_option
def documents(home: Path, repo: str, as_json: bool) -> None:
    """List documents that memory was sent; `forgecrew memory forget document ID` forgets one."""
    from forgecrew.app.documents_at_hand import listed

    found = asked(listed(home, repo=repo))
    if as_json:
        print_json(found)
        return
    for one in found:
        click.echo(_line(one))


def _line(one: dict[str, Any]) -> str:
    what = plain(one["problem"]) if one["problem"] else f"{one['places']} places" if one["state"] == "kept" else ""
    notes = "".join(f"\n  {plain(note)}" for note in one["notes"])
    return f"{one['id']}  {one['state']:9}  {one['repo']}  {plain(one['name'])}  {what}".rstrip() + notes
