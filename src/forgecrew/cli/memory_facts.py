"""`forgecrew memory facts status|rollback`: what a model found in idle time."""

from pathlib import Path

import rich_click as click

from forgecrew.cli.options import argument, asked, home_option, json_option, option, print_json


@click.group("facts")
def facts() -> None:
    """Count and take back the facts that a model found in idle time (setting `facts` of section `memory`)."""


@facts.command("status")
@home_option
@json_option
def status(home: Path, as_json: bool) -> None:
    """Show per version of the extractor how many facts there are, what reading cost, and what was dropped and why."""
    from forgecrew.app.facts_at_hand import status as ask

    found = asked(ask(home))
    if as_json:
        print_json(found)
        return
    for one in found:
        cost = f"{one['calls']} calls, {one['prompt_tokens']} prompt tokens"
        click.echo(f"{one['version']}: {one['facts']} facts, {one['hold']} hold; {one['texts']} texts read, {cost}")
        for what, count in one["counts"].items():
            click.echo(f"  {count} {what}")


@facts.command("rollback")
@argument("version", metavar="VERSION")
@option("--again", is_flag=True, help="Let that version read everything once more.")
@home_option
def rollback(home: Path, version: str, again: bool) -> None:
    """Take back all facts that one version found, such as facts@1; what they had superseded holds again."""
    from forgecrew.app.facts_at_hand import take_back

    click.echo(f"{asked(take_back(home, version=version, again=again))} facts of {version} taken back")


parts = (facts,)
