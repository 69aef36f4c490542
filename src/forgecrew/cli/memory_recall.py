"""Commands of `forgecrew memory` that ask it: search, related, as-of, log, note, retrain."""

from pathlib import Path

import rich_click as click

from forgecrew.cli.options import argument, asked, home_option, json_option, option, plain, print_json


@click.command("search")
@argument("query")
@option("--repo", default="", help="Only of this repository (owner/name).")
@option("--limit", type=click.IntRange(1, 50), default=12, show_default=True, help="How many lines.")
@option("--min-relevance", type=click.FloatRange(0, 1), help="Say nothing below this, 0 to 1.")
@home_option
@json_option
def search(home: Path, query: str, repo: str, limit: int, min_relevance: float | None, as_json: bool) -> None:
    """Search what the crew remembers, as its prompts are filled: cited lines; else the nearest, that no prompt would have."""
    from forgecrew.app import recall_at_hand

    found = asked(recall_at_hand.search(home, query=query, repo=repo, limit=limit, min_relevance=min_relevance))
    if as_json:
        print_json(found)
        return
    if found["nearest"]:
        click.echo("Nothing is surely about it. The nearest:", err=True)
    elif not found["hits"]:
        click.echo("Nothing that is relevant enough.")
    for hit in found["hits"] or found["nearest"]:
        click.echo(_printable(hit["text"]))


@click.command("related")
@argument("name", metavar="OWNER/NAME#NUMBER")
@option("--repo", default="", help="Repository of a name that tells none: #3, a path, a commit, a `symbol`.")
@home_option
@json_option
def related(home: Path, name: str, repo: str, as_json: bool) -> None:
    """Show what is one step away from something that is named exactly."""
    from forgecrew.app import recall_at_hand

    found = asked(recall_at_hand.related(home, name=name, repo=repo))
    if as_json:
        print_json(found)
        return
    for one in found:
        click.echo(_printable(one["line"]))


@click.command("as-of")
@argument("thread", metavar="OWNER/NAME#NUMBER")
@argument("day", metavar="YYYY-MM-DD")
@home_option
@json_option
def as_of(home: Path, thread: str, day: str, as_json: bool) -> None:
    """Show what was so of an issue or pull request at the end of a day."""
    from forgecrew.app import thread_at_hand

    found = asked(thread_at_hand.as_of(home, thread=thread, day=day))
    if as_json:
        print_json(found)
        return
    for kind, names in found.items():
        if names:
            click.echo(f"{kind.replace('_', ' '):18} {plain(', '.join(names))}")


@click.command("note")
@argument("thread", metavar="OWNER/NAME[#NUMBER]")
@argument("text")
@home_option
@json_option
def note(home: Path, thread: str, text: str, as_json: bool) -> None:
    """Keep a note that the crew will find."""
    from forgecrew.app import thread_at_hand

    found = asked(thread_at_hand.note(home, thread=thread, text=text))
    if as_json:
        print_json(found)
    else:
        click.echo(f"kept as note {found['id']}")


@click.command("log")
@option("--run", "run_id", default="", help="Only of this run.")
@option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="How many, the last one first.")
@home_option
@json_option
def show_log(home: Path, run_id: str, limit: int, as_json: bool) -> None:
    """Show what was recalled for runs, and what of it was cited."""
    from forgecrew.app import recall_at_hand

    found = asked(recall_at_hand.log(home, run_id=run_id, limit=limit))
    if as_json:
        print_json(found)
        return
    for one in found:
        cited = f", cited {' '.join(one['cited'])}" if one["cited"] else ""
        query = plain(one["query"].splitlines()[0][:60]) if one["query"] else ""
        shown = " ".join(one["picked"].get("ids", []))
        click.echo(f"{one['at'][:19]}  {query}: {shown} ({one['tokens']} tokens, {one['milliseconds']:.0f} ms{cited})")


@click.command("retrain")
@option("--undo", is_flag=True, help="Forget all learned weights: those that came with forgecrew count again.")
@home_option
@json_option
def retrain(home: Path, undo: bool, as_json: bool) -> None:
    """Learn the order of recall from what was cited; kept per kind of text where it does better on what it had not seen."""
    from forgecrew.app import recall_at_hand

    if undo:
        gone = asked(recall_at_hand.undo(home))
        if as_json:
            print_json(gone)
        else:
            click.echo(f"Forgot the weights of: {', '.join(gone) or 'none were learned'}")
        return
    found = asked(recall_at_hand.retrain(home))
    if as_json:
        print_json(found)
        return
    for one in found:
        came = f"{one['before']:.2f} → {one['after']:.2f}, {'kept' if one['weights'] else 'left as it was'}"
        few = one["after"] == 0 and not one["weights"]
        click.echo(f"{one['kind']}: {one['examples']} cited, {'too few to learn from' if few else came}")
    if not found:
        click.echo("Nothing was cited yet.")


parts = (search, related, as_of, note, show_log, retrain)


def _printable(text: str) -> str:
    """Without escape sequences; the marks in brackets stay."""
    return "".join(character if character.isprintable() else " " for character in text)
