"""`forgecrew restore`: a backup into an empty installation."""

from pathlib import Path

import rich_click as click

from forgecrew.cli.options import argument, asked, home_option, json_option, print_json


@click.command("restore")
@argument("file", type=click.Path(path_type=Path, dir_okay=False))
@home_option
@json_option
def command(home: Path, file: Path, as_json: bool) -> None:
    """Bring a backup into an installation whose database is empty; settings that are there stay as they are."""
    from forgecrew.app.backup import restore

    def tell(table: str, rows: int) -> None:
        if not as_json:
            click.echo(f"{table}: {rows}", err=True)

    done = asked(restore(home, file, tell=tell))
    if as_json:
        print_json(done)
        return
    click.echo(f"{done['rows']} rows restored and compared; files written: {', '.join(done['files']) or 'none'}.")
    if done["left"]:
        click.echo(f"Left as they are: {', '.join(done['left'])}.")
    if not (home / "secrets").is_dir():
        click.echo("The backup held no secrets: run `forgecrew init` to make new tokens.")
