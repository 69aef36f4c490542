"""Options that several commands share, and printing JSON."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import rich_click as click

from forgecrew.app.load_settings import find_home


def _home(_context: click.Context, _option: click.Parameter, value: str | None) -> Path:
    return find_home(value)


# The types of click itself are incomplete, so its decorators get theirs here.
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
option = cast("Callable[..., Decorator]", click.option)  # pyright: ignore[reportUnknownMemberType]
argument = cast("Callable[..., Decorator]", click.argument)  # pyright: ignore[reportUnknownMemberType]

home_option = option(
    "--home",
    callback=_home,
    metavar="FOLDER",
    help="Folder of the installation (FORGECREW_HOME, ./forgecrew-home or ~/.config/forgecrew).",
)
json_option = option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


def print_json(value: object) -> None:
    """One JSON value on standard output."""
    click.echo(json.dumps(value, indent=2, default=str, ensure_ascii=False))


def plain(text: str) -> str:
    """A text that others wrote, for a terminal: no escape sequences, no markup of rich."""
    from rich.markup import escape

    return escape("".join(character if character.isprintable() else " " for character in text))
