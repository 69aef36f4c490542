"""`forgecrew egress`: what sandboxes may reach, and where they wanted to go and were not let."""

from pathlib import Path

import rich_click as click

from forgecrew.cli.options import asked, home_option, json_option, option, plain, print_json


@click.group("egress")
def command() -> None:
    """See what sandboxes may reach and what was refused to them."""


@command.command("list")
@option("--task", type=int, help="Only of this task.")
@option("--repo", default="", help="Only of this repository (owner/name).")
@option("--limit", type=click.IntRange(1, 500), default=50, show_default=True, help="How many, the last one first.")
@home_option
@json_option
def list_refused(home: Path, task: int | None, repo: str, limit: int, as_json: bool) -> None:
    """List refused destinations, the last one first."""
    from forgecrew.app import egress_at_hand

    found = asked(egress_at_hand.refused(home, task_id=task, repo=repo, limit=limit))
    if as_json:
        print_json(found)
        return
    for one in found:
        click.echo(
            f"task {one['task_id']} · {plain(one['repo'])} · {plain(one['place'])} · {plain(one['reason'])} · {one['times']}×"
        )
    if not found:
        click.echo("Nothing was refused.")


@command.command("show")
@option("--repo", default="", help="For this repository (owner/name).")
@home_option
@json_option
def show(home: Path, repo: str, as_json: bool) -> None:
    """Show what the settings let sandboxes reach; hosts that a preset adds are asked for when a run begins."""
    from forgecrew.app import egress_at_hand

    found = asked(egress_at_hand.policy(home, repo=repo))
    if as_json:
        print_json(found)
        return
    for line in found["allowed"] or ["nothing: sandboxes have no way out"]:
        click.echo(line)
    for name in found["credentials"]:
        click.echo(f"with a credential: {name}")
