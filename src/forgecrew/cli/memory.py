"""`forgecrew memory`: fill it with the past of a repository, forget, look at what it holds."""

from pathlib import Path
from typing import Any

import rich_click as click

from forgecrew.cli import memory_code, memory_documents, memory_facts, memory_pages, memory_recall, memory_similar
from forgecrew.cli.options import argument, asked, home_option, json_option, option, print_json


@click.group("memory")
def command() -> None:
    """What the crew remembers: take in the past, forget, count."""


@command.command("backfill")
@argument("repo", metavar="OWNER/NAME")
@option("--anew", is_flag=True, help="Begin at the beginning, not where it was cut off.")
@home_option
@json_option
def backfill(home: Path, repo: str, anew: bool, as_json: bool) -> None:
    """Take in what a repository held before the crew came: commits, issues, pull requests, documents, wiki, releases.

    Cut off, it goes on where it was. Run again, it takes in what is new.
    """

    def tell(progress: dict[str, Any]) -> None:
        if not as_json:
            page = f", page {progress['page']}" if progress.get("page") else ""
            new = f", {progress['new']} new" if "new" in progress else ""
            click.echo(f"{progress['part']}{page}: {progress['seen']} events{new}", err=True)

    from forgecrew.app.fill_memory import backfill as fill

    done = asked(fill(home, repo=repo, anew=anew, tell=tell))
    if as_json:
        print_json(done)
    else:
        click.echo(f"{repo}: {done['seen']} events seen, {done['new']} new, {done['remembered']} taken into memory")


@command.command("forget")
@argument("what", type=click.Choice(["event", "person", "repo", "document"]))
@argument("key")
@option("--yes", is_flag=True, help="Do not ask first.")
@home_option
@json_option
def forget(home: Path, what: str, key: str, yes: bool, as_json: bool) -> None:
    """Forget an event or a document (by its id), a person (by login) or a repository (owner/name): texts, vectors, facts.

    A tombstone stays, so that nothing brings it back.
    """
    from forgecrew.app import memory_at_hand

    if not yes:
        click.confirm(f"Forget the {what} {key}? This cannot be undone.", abort=True, err=True)
    import getpass

    done = asked(memory_at_hand.forget(home, what=what, key=key, asked_by=getpass.getuser()))
    if as_json:
        print_json(done)
        return
    for title in ("removed", "left"):
        shown = ", ".join(f"{count} {table}" for table, count in done[title].items() if count or title == "left")
        click.echo(f"{title}: {shown or 'nothing'}")
    click.echo("Backups that were made before still hold it, and bring it back when they are restored.", err=True)


@command.command("events")
@argument("thread", metavar="OWNER/NAME[#NUMBER]")
@home_option
@json_option
def events(home: Path, thread: str, as_json: bool) -> None:
    """List the events of a thread or repository with their ids."""
    from forgecrew.app import memory_at_hand

    found = asked(memory_at_hand.events_of(home, thread=thread))
    if as_json:
        print_json(found)
        return
    for one in found:
        click.echo(f"{one['id']}  {one['at'][:19]}  {one['kind']}  {one['actor']}")


@command.command("status")
@home_option
@json_option
def status(home: Path, as_json: bool) -> None:
    """Count what memory holds, and what waits to be taken in."""
    from forgecrew.app import memory_at_hand

    found = asked(memory_at_hand.holdings(home))
    if as_json:
        print_json(found)
        return
    for name, count in found.items():
        click.echo(f"{name.replace('_', ' '):18} {count}")


for _part in (
    memory_documents.add,
    memory_documents.documents,
    memory_code.index,
    memory_code.symbols,
    *memory_recall.parts,
    *memory_pages.parts,
    *memory_facts.parts,
    memory_similar.similar,
):
    command.add_command(_part)
