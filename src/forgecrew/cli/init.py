"""`forgecrew init`: the first settings, the secrets, and the crew's accounts on the forge."""

import sys
from pathlib import Path
from typing import Any

import rich_click as click

from forgecrew.cli.options import home_option, option


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

    tokens = Given(given.pop("admin_token"), given.pop("read_tokens"), given.pop("write_tokens"))
    if not yes and sys.stdin.isatty() and not (home / "forgecrew.toml").exists():
        _ask(given)
        if not (tokens.admin_token or tokens.write_tokens):
            click.echo("\nAn administrator's token lets me make the crew's accounts. It is used now and not kept.")
            tokens = Given(
                click.prompt(
                    "Administrator's token (empty: I make them myself)", default="", hide_input=True, show_default=False
                )
            )
    settings = asyncio.run(initialize(home, Answers(**given), tokens, lambda line: click.echo(f"· {line}")))
    click.echo(f"\nhome: {settings.home}")


def _ask(given: dict[str, Any]) -> None:
    """Ask for what options have not told."""
    questions = (
        ("forge_url", "Address of your forge", "http://localhost:3000"),
        ("model_url", "Address of your model's server", "http://localhost:11434"),
        ("model_name", "Name of the model there", None),
    )
    for name, words, proposal in questions:
        if not given[name]:
            given[name] = click.prompt(words, default=proposal)
    if not given["repos"]:
        text = click.prompt("Repositories, as owner/name, separated by spaces", default="", show_default=False)
        given["repos"] = tuple(text.split())
