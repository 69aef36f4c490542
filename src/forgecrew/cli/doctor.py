"""`forgecrew doctor`: looks at everything and says what to do about what is wrong."""

import sys
from pathlib import Path

import rich_click as click

from forgecrew.cli.options import asked, home_option, json_option, print_json, wrapped

MARKS = {"ok": "[green]✓[/]", "warn": "[yellow]![/]", "fail": "[red]✗[/]"}


@click.command("doctor")
@home_option
@json_option
def command(home: Path, as_json: bool) -> None:
    """Look at everything; say what is wrong and what to do about it.

    Exit status 1 when something must be mended. Nothing is changed, no secret is printed.
    """
    failed = asked(_examine(home, as_json))
    sys.exit(1 if failed else 0)


async def _examine(home: Path, as_json: bool) -> int:
    from dataclasses import asdict

    from rich.console import Console
    from rich.markup import escape

    from forgecrew.app.checkup.examine import examine
    from forgecrew.app.checkup.finding import Finding

    out = Console(highlight=False, soft_wrap=True)
    found: list[Finding] = []
    async for one in examine(home):
        found.append(one)
        if as_json:
            continue
        if len(found) == 1 or found[-2].part != one.part:
            out.print(f"\n[bold]{one.part}[/]")
        out.print(f"  {MARKS[one.state]} {escape(wrapped(f'{one.name:13} {one.detail}', ' ' * 18, room=4))}")
        if one.fix:
            out.print(f"    [dim]→ {escape(wrapped(one.fix, ' ' * 6, room=6))}[/]")
    failed = sum(one.state == "fail" for one in found)
    if as_json:
        print_json({"ok": not failed, "findings": [asdict(one) for one in found]})
    else:
        warned = sum(one.state == "warn" for one in found)
        out.print(f"\n{failed} to mend, {warned} to know about, {len(found) - failed - warned} fine")
    return failed
