"""Preparing the forge with an administrator's token, which is not kept: accounts, tokens, rights, webhooks."""

from collections.abc import Callable

from forgecrew.app.connect_forge import forge_as
from forgecrew.app.keep_secrets import keep_read_tokens, keep_write_tokens
from forgecrew.app.provision import Provision
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.roster import Roster
from forgecrew.app.settings import Settings
from forgecrew.core.subject import RepoRef


async def prepare_forge(
    settings: Settings,
    roster: Roster,
    admin_token: str,
    bad: tuple[set[str], set[str]],
    fresh: bool,
    say: Callable[[str], None],
) -> None:
    """Make what is missing; `bad` are the accounts that need a read token and those that need a write token."""
    admin = forge_as(settings, admin_token)
    provision = Provision(admin, settings, admin_token, say)
    try:
        for role in roster.roles.values():
            await provision.account(role, needs_read=role.account in bad[0], needs_write=role.account in bad[1])
        secret = load_read_secrets(settings.home).webhook_secret
        for repo in settings.forge.repos:
            await provision.repository(RepoRef.parse(repo), list(roster.roles.values()), secret=secret, fresh_secret=fresh)
        if not settings.forge.repos:
            say("forge.repos names no repository: add accounts and webhook to yours, or name them there and run init again")
    finally:
        # Tokens are shown once: those that were made are kept even when a later step fails.
        keep_read_tokens(settings.home, provision.read)
        keep_write_tokens(settings.home, provision.write)
        await admin.close()
