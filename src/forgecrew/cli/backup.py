"""`forgecrew backup`: everything in one file."""

from pathlib import Path

import rich_click as click

from forgecrew.cli.options import argument, asked, home_option, json_option, option, print_json


@click.command("backup")
@argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option("--with-secrets", is_flag=True, help="Also the tokens of the crew: whoever has the file can then act as the crew.")
@home_option
@json_option
def command(home: Path, file: Path, with_secrets: bool, as_json: bool) -> None:
    """Write all tables and the settings into one file, without secrets unless asked.

    The same file restores into SQLite and into PostgreSQL. With SQLite the crew may go on working meanwhile.
    """
    from forgecrew.app.backup import backup

    def tell(table: str, rows: int) -> None:
        if not as_json:
            click.echo(f"{table}: {rows}", err=True)

    done = asked(backup(home, file, with_secrets=with_secrets, tell=tell))
    if as_json:
        print_json(done)
    else:
        secrets = "with secrets: keep it as you keep a password" if with_secrets else "without secrets"
        click.echo(f"{done['file']}: {done['rows']} rows, {len(done['files'])} files, {done['bytes'] >> 10} KiB, {secrets}.")
