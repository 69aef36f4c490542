"""`forgecrew sandbox`: list sandboxes, open a shell in one, read what it prints, remove it."""

import sys
from pathlib import Path
from typing import Any

import rich_click as click

from forgecrew.cli.options import argument, asked, home_option, json_option, option, plain, print_json

HEADINGS = ("id", "state", "profile", "cpu", "memory", "procs", "disk", "net", "owner", "command")
STYLES = {"running": "blue", "waiting": "yellow"}


@click.group("sandbox")
def command() -> None:
    """List sandboxes, open a shell in one, read its output, remove it."""


@command.command("list")
@home_option
@json_option
def list_sandboxes(home: Path, as_json: bool) -> None:
    """List sandboxes with what they use; those that do something first."""
    from forgecrew.app import sandboxes_at_hand

    found = asked(sandboxes_at_hand.listed(home=home))
    if as_json:
        print_json(found)
        return
    from rich.console import Console
    from rich.table import Table

    console = Console()
    rows = [_row(one) for one in found]
    widths = [max([len(heading), *(len(row[at]) for row in rows)]) for at, heading in enumerate(HEADINGS)]
    # A narrow window cuts the last two, never a name or a figure.
    room = max(console.width - sum(widths[:-2]) - 2 * len(HEADINGS), 16)
    widths[-2] = min(widths[-2], room // 3)
    widths[-1] = min(widths[-1], room - widths[-2])
    console.width = max(console.width, sum(widths) + 2 * len(HEADINGS))  # too narrow even so: lines wrap, names stay whole
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading, width in zip(HEADINGS, widths, strict=True):
        right = heading in ("cpu", "memory", "procs", "disk", "net")
        table.add_column(heading, overflow="ellipsis", no_wrap=True, width=width, justify="right" if right else "left")
    for id, state, *rest in rows:
        table.add_row(plain(id), f"[{STYLES.get(state, 'dim')}]{state}[/]", *map(plain, rest))
    console.print(table if found else "No sandbox is here: each task gets one of its own when its work begins.")


@command.command("logs")
@argument("id")
@option("-f", "--follow", is_flag=True, help="Go on with what it prints, until it is removed.")
@home_option
def logs(home: Path, id: str, follow: bool) -> None:
    """Print what it printed last (at most 200 lines)."""
    from forgecrew.app import sandboxes_at_hand

    def show(lines: list[str]) -> None:
        for line in lines:
            click.echo(line)

    asked(sandboxes_at_hand.follow(home=home, id=id, on_lines=show, endless=follow))


@command.command("rm")
@argument("id")
@option("--force", is_flag=True, help="Also one in which something runs; that is ended.")
@home_option
@json_option
def remove(home: Path, id: str, force: bool, as_json: bool) -> None:
    """Remove one with its workspace; a task that still needs it gets a new one."""
    from forgecrew.app import sandboxes_at_hand

    asked(sandboxes_at_hand.remove(home=home, id=id, force=force))
    if as_json:
        print_json({"removed": id})
    else:
        click.echo(f"{id} is removed")


@command.command("shell")
@argument("id")
@option("-c", "script", default="", help="Run this and end, instead of a terminal; its status is that of this command.")
@home_option
def shell(home: Path, id: str, script: str) -> None:
    """Open a shell in one: what agents see, with the same walls. Ends with `exit`."""
    from forgecrew.app import sandbox_shell, sandboxes_at_hand

    async def go() -> int:
        door = await sandboxes_at_hand.door(home, id=id)
        if script or not sys.stdin.isatty():
            return await sandbox_shell.run_script(door, id, script or sys.stdin.read())
        return await sandbox_shell.run_terminal(door, id)

    sys.exit(asked(go()))


def _row(one: dict[str, Any]) -> list[str]:
    """Its cells, as in HEADINGS."""
    return [
        one["id"], one["state"] if one["worker_id"] else "no worker", one["profile"], _number(one["cpu"]),
        _mib(one["memory_bytes"]), _number(one["processes"]), _mib(one["disk_bytes"]),
        _passed(one["bytes_in"], one["bytes_out"]), one["owner"], one["command"],
    ]  # fmt: skip


def _mib(count: int | None) -> str:
    return "" if count is None else f"{count / (1 << 20):.0f} MiB"


def _passed(bytes_in: int | None, bytes_out: int | None) -> str:
    """What came in and went out, short: `1.2M/3K`."""
    return f"{_short(bytes_in or 0)}/{_short(bytes_out or 0)}" if bytes_in or bytes_out else ""


def _short(count: float) -> str:
    for unit in ("", "K", "M"):
        if count < 1000:
            return f"{count:.3g}{unit}"
        count /= 1024
    return f"{count:.0f}G"


def _number(count: float | None) -> str:
    return "" if count is None else f"{count:.2f}" if isinstance(count, float) else str(count)
