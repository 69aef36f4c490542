"""`forgecrew database`: move everything to another database."""

from pathlib import Path

import rich_click as click

from forgecrew.cli.options import asked, home_option, json_option, option, print_json


@click.group("database")
def command() -> None:
    """The database of an installation."""


@command.command("copy")
@option("--to", required=True, metavar="URL", help="sqlite:///file or postgresql://user:password@host/name, empty.")
@option("--go-on", is_flag=True, help="Go on with a copy that was cut off.")
@home_option
@json_option
def copy(home: Path, to: str, go_on: bool, as_json: bool) -> None:
    """Copy all tables to another database and prove that both hold the same: SQLite to PostgreSQL or back.

    Stop forgecrew first. The database in use is only read; set database.url to the new one afterwards. Let
    tasks end before: the journal of runs that are under way stays behind.
    """
    from forgecrew.app.copy_database import copy_database

    def tell(table: str, rows: int) -> None:
        if not as_json:
            click.echo(f"{table}: {rows}", err=True)

    done = asked(copy_database(home, to=to, go_on=go_on, tell=tell))
    if as_json:
        print_json({"rows": sum(done.values()), "tables": done})
        return
    click.echo(f"{sum(done.values())} rows in {len(done)} tables copied, compared and found equal.")
    click.echo("To use the new database, set [database] url in forgecrew.toml to it.")
