"""`forgecrew task`: list tasks, look at one, ask one to stop."""

from pathlib import Path
from typing import Any

import rich_click as click

from forgecrew.cli.options import argument, asked, home_option, json_option, option, plain, print_json

STATES = ("queued", "running", "waiting", "ended")
STYLES = {"running": "blue", "waiting": "yellow", "changed": "green", "answered": "green", "failed": "red"}


@click.group("task")
def command() -> None:
    """List tasks, look at one, stop one."""


@command.command("list")
@option("--state", type=click.Choice(STATES), help="Only tasks in this state.")
@option("--limit", type=click.IntRange(1, 500), default=30, show_default=True, help="How many, newest first.")
@home_option
@json_option
def list_tasks(home: Path, state: str | None, limit: int, as_json: bool) -> None:
    """List tasks, newest first."""
    from forgecrew.app import tasks_at_hand

    found = asked(tasks_at_hand.recent(home, state=state, limit=limit))
    if as_json:
        print_json(found)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("id", "state", "subject", "title", "agent", "updated"):
        table.add_column(heading, overflow="ellipsis", no_wrap=heading != "title")
    for task in found:
        shown = task["outcome"] if task["state"] == "ended" and task["outcome"] else task["state"]
        style = STYLES.get(shown, "dim")
        table.add_row(
            str(task["id"]),
            f"[{style}]{shown}[/]",
            plain(task["subject"]),
            plain(task["title"]),
            task["agent"],
            _clock(task["updated_at"]),
        )
    Console().print(table if found else "No tasks yet: assign an issue to a colleague, or ask one for a review.")


@command.command("show")
@argument("task_id", type=int)
@home_option
@json_option
def show(home: Path, task_id: int, as_json: bool) -> None:
    """Show one task with its runs."""
    from forgecrew.app import tasks_at_hand

    found = asked(tasks_at_hand.detail(home, task_id=task_id))
    if as_json:
        print_json(found)
        return
    from rich.console import Console

    task, out = found["task"], Console(highlight=False)
    out.print(f"[bold]{plain(task['title'] or task['subject'])}[/]")
    out.print(
        f"{plain(task['subject'])} · {task['agent']} ({task['role']}) · asked by {plain(task['asked_by'])} · {_state(task)}"
    )
    if task["reason"]:
        out.print(plain(task["reason"]), style="dim")
    for run in found["runs"]:
        tokens = run["prompt_tokens"] + run["output_tokens"]
        figures = f"{run['steps']} steps, {tokens} tokens, largest prompt {run['prompt_tokens_max']}"
        out.print(f"\nrun {run['number']} · {run['outcome'] or run['stage'] or 'begins'} · {figures}")
        for stage, state in run["plan"]:
            out.print(
                f"  {'x' if state in ('done', 'skipped') else '>' if state == 'running' else ' '} {stage} ({state})",
                style="dim",
            )
    out.print(f"\n{task['url']}")


@command.command("stop")
@argument("task_id", type=int)
@home_option
@json_option
def stop(home: Path, task_id: int, as_json: bool) -> None:
    """Ask a task to stop: a waiting one ends at once, a running one at its next step."""
    from forgecrew.app import tasks_at_hand

    found = asked(tasks_at_hand.stop(home, task_id=task_id))
    if as_json:
        print_json(found)
    else:
        click.echo(f"task {task_id}: {_state(found['task'])}")


def _state(task: dict[str, Any]) -> str:
    stopping = " (stopping)" if task["stop_asked"] and task["state"] == "running" else ""
    return f"{task['outcome'] or task['state']}{stopping}"


def _clock(text: str | None) -> str:
    from datetime import datetime

    return datetime.fromisoformat(text).astimezone().strftime("%d %b %H:%M") if text else ""
