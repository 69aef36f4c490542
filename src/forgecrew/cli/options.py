"""Options that several commands share, and printing JSON."""

import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar, cast

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


def wrapped(text: str, indent: str = "", room: int = 0) -> str:
    """A text broken between words for a terminal, further lines indented; whole where nobody looks.

    `room` are the columns that something before the text takes.
    """
    import shutil
    import textwrap

    if not (sys.stdout.isatty() and sys.stderr.isatty()):
        return text
    width = max(shutil.get_terminal_size().columns, 40)
    mark, given = "\0" * room, text.splitlines() or [""]
    lines = [
        part
        for line in (mark + given[0], *given[1:])
        for part in textwrap.wrap(
            line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
        )
        or [""]
    ]
    return "\n".join(lines).removeprefix(mark)


def plain(text: str) -> str:
    """A text that others wrote, for a terminal: no escape sequences, no markup of rich."""
    from rich.markup import escape

    return escape("".join(character if character.isprintable() else " " for character in text))


Given = TypeVar("Given")


def asked(work: Coroutine[Any, Any, Given]) -> Given:
    """What a piece of work gives. Commands import what does it when they run, as here: `--help` waits for nothing."""
    import asyncio

    return asyncio.run(work)
