"""`forgecrew memory note|export`: decisions, lessons and preferences as pages."""

from pathlib import Path

import rich_click as click

from forgecrew.cli.options import argument, asked, home_option, json_option, option, print_json


@click.command("note")
@argument("text")
@option("--repo", required=True, metavar="OWNER/NAME", help="The repository that it is about.")
@option("--kind", default="decision", type=click.Choice(["decision", "lesson", "preference"]), help="What it is.")
@option("--source", default="", help="Where it comes from: a URL, a meeting; without it your name.")
@option("--expires", default="", metavar="DATE", help="The last day on which it holds, such as 2026-12-31.")
@home_option
def note(home: Path, text: str, repo: str, kind: str, source: str, expires: str) -> None:
    """Keep a decision, a lesson or a preference. One with the same first line takes the place of the one before."""
    from forgecrew.app.pages_at_hand import keep

    path = asked(keep(home, text=text, repo=repo, kind=kind, source=source, expires=expires))
    click.echo(f"kept as {path}; `forgecrew memory export {repo}` prints all pages")


@click.command("export")
@argument("repo", metavar="OWNER/NAME")
@option("--into", type=click.Path(path_type=Path, file_okay=False), help="Write the files below this folder.")
@home_option
@json_option
def export(home: Path, repo: str, into: Path | None, as_json: bool) -> None:
    """Print the pages of memory of a repository that hold now, as the files of `.forgecrew/memory/`."""
    from forgecrew.app.pages_at_hand import export as give_out

    found = asked(give_out(home, repo=repo))
    if as_json:
        print_json(found)
        return
    for path, text in found.items():
        if into is None:
            click.echo(f"==> {path}\n{text}")
            continue
        file = into / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        click.echo(str(file))


parts = (note, export)
