"""`forgecrew init`: the first settings, the secrets, and the crew's accounts on the forge."""

import sys
from pathlib import Path
from typing import Any

import rich_click as click

from forgecrew.app.load_settings import find_home
from forgecrew.cli.options import home_option, option, wrapped


def _pairs(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for value in values:
        account, equals, token = value.partition("=")
        if not (account and equals and token):
            raise click.BadParameter(f"{value!r} is not account=token")
        found[account] = token
    return found


@click.command("init")
@home_option
@option("--forge-url", default="", help="Address of your forge, e.g. http://localhost:3000.")
@option("--forge-kind", default="gitea", show_default=True, help="What speaks to it.")
@option("--repo", "repos", multiple=True, metavar="OWNER/NAME", help="Repository that the crew works on (repeatable).")
@option("--admin-token", envvar="FORGECREW_ADMIN_TOKEN", default="", help="An administrator's token; used now, never kept.")
@option(
    "--read-token", "read_tokens", multiple=True, callback=_pairs, metavar="ACCOUNT=TOKEN", help="An account's own read token."
)
@option("--write-token", "write_tokens", multiple=True, callback=_pairs, metavar="ACCOUNT=TOKEN", help="And its write token.")
@option("--model-kind", default="ollama", show_default=True, help="What speaks to your model's server.")
@option("--model-url", default="", help="Address of that server, e.g. http://localhost:11434.")
@option("--model-name", default="", help="Name of the model there.")
@option("--window", default=4096, show_default=True, help="Tokens that prompt and answer may use together.")
@option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@option("--port", default=8430, show_default=True, help="Port to listen on.")
@option("--public-url", default="", help="Our address as the forge and browsers see it.")
@option("--yes", is_flag=True, help="Ask nothing.")
def command(home: Path, yes: bool, **given: Any) -> None:
    """Set up: settings, secrets, and the crew's accounts on your forge.

    Repeating it is safe: what is there stays, what is missing is added. With an administrator's token it makes the
    accounts, their tokens, their rights on the repositories and the webhooks; the token itself is not kept.
    """
    import asyncio

    from forgecrew.app.init import Given, initialize
    from forgecrew.app.write_settings import Answers

    asking = not yes and sys.stdin.isatty()
    if asking and not (home / "forgecrew.toml").exists():
        _ask(given, home)
    tokens = Given(
        given.pop("admin_token"), given.pop("read_tokens"), given.pop("write_tokens"), _ask_admin_token if asking else None
    )
    settings = asyncio.run(initialize(home, Answers(**given), tokens, lambda line: click.echo(wrapped(f"· {line}", "  "))))
    option = "" if find_home() == settings.home else f" --home {settings.home}"
    click.echo(f"\nNext: `forgecrew doctor{option}` checks everything, `forgecrew up{option}` starts it.")


def _ask(given: dict[str, Any], home: Path) -> None:
    """Ask for what options have not told."""
    click.echo(wrapped(f"Setting up forgecrew in {home}. Enter takes what stands in brackets.\n"))
    questions = (
        ("forge_url", "Address of your forge", "http://localhost:3000"),
        ("model_url", "Address of your model's server", "http://localhost:11434"),
        ("model_name", "Name of the model there, such as qwen3:8b", None),
    )
    for name, words, proposal in questions:
        if not given[name]:
            given[name] = click.prompt(words, default=proposal)
    if not given["repos"]:
        text = click.prompt("Repositories, as owner/name, separated by spaces", default="", show_default=False)
        given["repos"] = tuple(text.replace(",", " ").split())
    click.echo()


def _ask_admin_token(forge_url: str) -> str:
    """For accounts that are not there yet; empty when the person makes them."""
    told = (
        "The crew's accounts are missing, or their tokens. An administrator's token lets me make them: it is used now and not "
        f"kept. Make one with all permissions at {forge_url}/user/settings/applications and delete it afterwards."
    )
    click.echo("\n" + wrapped(told))
    words = "Administrator's token (not shown; empty: I make the accounts)"
    return click.prompt(words, default="", hide_input=True, show_default=False)
