"""`forgecrew app`: host a folder, list apps, open one, prolong one, read its log, remove it."""

from pathlib import Path

import rich_click as click

from forgecrew.cli.options import argument, asked, home_option, json_option, option, plain, print_json

STYLES = {"running": "green", "starting": "blue", "wanted": "blue", "failed": "red"}


@click.group("app")
def command() -> None:
    """Host, list, open, renew and remove apps."""


@command.command("add")
@argument("folder", type=click.Path(path_type=Path))
@option("--title", default="", help="Its name; else the folder's.")
@option("--public", is_flag=True, help="Let everybody see it who can reach it.")
@option("--permanent", is_flag=True, help="Without an end; stopped while nobody uses it.")
@option("--ttl", "ttl_seconds", type=click.IntRange(1), help="Seconds until it ends; else as the settings say.")
@home_option
@json_option
def add(home: Path, folder: Path, title: str, public: bool, permanent: bool, ttl_seconds: int | None, as_json: bool) -> None:
    """Host a folder: index.html, app.py, package.json, or what .forgecrew/preview.toml in it says."""
    from forgecrew.app import apps_at_hand

    made = asked(
        apps_at_hand.add(home, folder=folder, title=title, public=public, permanent=permanent, ttl_seconds=ttl_seconds or 0)
    )
    if as_json:
        print_json(made)
    else:
        click.echo(f"{made['id']}  {made['open_url']}")


@command.command("list")
@option("--ended", is_flag=True, help="Also those that have ended.")
@home_option
@json_option
def list_apps(home: Path, ended: bool, as_json: bool) -> None:
    """List apps, newest first."""
    from forgecrew.app import apps_at_hand

    found = asked(apps_at_hand.recent(home, ended=ended))
    if as_json:
        print_json(found)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("id", "state", "title", "owner", "ends in", "address"):
        table.add_column(heading, overflow="fold", no_wrap=heading not in ("title", "address"))
    for app in found:
        left = "" if app["seconds_left"] is None else _clock(int(app["seconds_left"]))
        ends = "never" if app["permanent"] else left if app["url"] else ""
        state = f"[{STYLES.get(app['state'], 'dim')}]{app['state']}[/]"
        table.add_row(app["id"], state, plain(app["title"]), plain(app["owner"]), ends, app["open_url"])
    Console().print(table if found else "Nothing is hosted: `forgecrew app add FOLDER` hosts one.")


@command.command("open")
@argument("app_id")
@home_option
def open_app(home: Path, app_id: str) -> None:
    """Print a link that lets a browser in; it holds for five minutes."""
    from forgecrew.app import apps_at_hand

    click.echo(asked(apps_at_hand.address(home, app_id=app_id)))


@command.command("renew")
@argument("app_id")
@option("--ttl", "ttl_seconds", type=click.IntRange(1), help="Seconds from now; else as long as before.")
@option("--permanent", is_flag=True, help="Without an end.")
@home_option
@json_option
def renew(home: Path, app_id: str, ttl_seconds: int | None, permanent: bool, as_json: bool) -> None:
    """Begin its time anew."""
    from forgecrew.app import apps_at_hand

    found = asked(apps_at_hand.renew(home, app_id=app_id, ttl_seconds=ttl_seconds or 0, permanent=permanent))
    if as_json:
        print_json(found)
    else:
        click.echo("permanent" if found["permanent"] else f"ends in {_clock(int(found['seconds_left']))}")


@command.command("rm")
@argument("app_id")
@home_option
@json_option
def remove(home: Path, app_id: str, as_json: bool) -> None:
    """End one; its address answers "gone" from then on."""
    from forgecrew.app import apps_at_hand

    found = asked(apps_at_hand.remove(home, app_id=app_id))
    if as_json:
        print_json(found)
    else:
        click.echo(f"{plain(found['title'])} ends")


@command.command("logs")
@argument("app_id")
@home_option
def logs(home: Path, app_id: str) -> None:
    """Print what it printed since its last start."""
    from forgecrew.app import apps_at_hand

    text = asked(apps_at_hand.logs(home, app_id=app_id))
    click.echo("".join(character if character.isprintable() or character in "\n\t" else "·" for character in text))


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
