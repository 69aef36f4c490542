"""`forgecrew files`: versions of the files that agents changed, and bringing one back."""

import sys
from pathlib import Path

import rich_click as click

from forgecrew.cli.options import argument, asked, home_option, json_option, option, plain, print_json


@click.group("files")
def command() -> None:
    """Versions of the files that a task changed: log, show, diff, restore."""


@command.command("log")
@argument("task_id", type=int)
@argument("path", default="")
@home_option
@json_option
def log(home: Path, task_id: int, path: str, as_json: bool) -> None:
    """List the versions of PATH, or without one the files that the task changed."""
    from dataclasses import asdict

    from forgecrew.app import files_at_hand

    found = asked(files_at_hand.log(home, task_id=task_id, path=path))
    if as_json:
        print_json([asdict(one) for one in found])
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("id", "path", "version", "what", "bytes", "step", "by", "at"):
        table.add_column(heading, no_wrap=heading != "path")
    for one in found:
        at = one.at.astimezone().strftime("%d %b %H:%M:%S")
        table.add_row(
            str(one.id), plain(one.path), str(one.version), one.kind, str(one.size), str(one.step), plain(one.author), at
        )
    Console().print(table if found else "No versions: this task has not changed a file of that name.")


@command.command("show")
@argument("task_id", type=int)
@argument("path")
@option("--version", type=int, help="Which one; the newest by default.")
@home_option
def show(home: Path, task_id: int, path: str, version: int | None) -> None:
    """Write the bytes of one version to standard output."""
    from forgecrew.app import files_at_hand

    sys.stdout.buffer.write(asked(files_at_hand.show(home, task_id=task_id, path=path, version=version)))


@command.command("diff")
@argument("task_id", type=int)
@argument("path", default="")
@option("--from", "old", type=int, help="The older version; the first by default. Without PATH the id of a version.")
@option("--to", "new", type=int, help="The newer version; the newest by default. Without PATH the id of a version.")
@home_option
def diff(home: Path, task_id: int, path: str, old: int | None, new: int | None) -> None:
    """Show what is different between two versions of PATH, or of all files that the task changed."""
    from forgecrew.app import files_at_hand

    for line in asked(files_at_hand.diff(home, task_id=task_id, path=path, old=old, new=new)).splitlines():
        safe = "".join(character if character.isprintable() or character == "\t" else " " for character in line)
        click.echo(click.style(safe, fg={"+": "green", "-": "red", "@": "cyan"}.get(line[:1])))


@command.command("restore")
@argument("task_id", type=int)
@argument("path", default="")
@option(
    "--version", type=int, required=True, help="Version of PATH; without PATH the id of a version: all files as they were then."
)
@home_option
def restore(home: Path, task_id: int, path: str, version: int) -> None:
    """Bring a version back into the task's live workspace, as a new version."""
    from forgecrew.app import files_at_hand

    state, problem = asked(files_at_hand.restore(home, task_id=task_id, path=path, version=version))
    click.echo(f"{state}{': ' + problem if problem else ''}")
    sys.exit(0 if state == "done" else 1)
