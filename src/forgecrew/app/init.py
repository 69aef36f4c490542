"""What `forgecrew init` does, in an order that can be repeated: settings, secrets, then the forge."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from forgecrew.app.check_tokens import TokenState, check_tokens, check_write_tokens
from forgecrew.app.connections import forge_as
from forgecrew.app.keep_secrets import keep_read_tokens, keep_write_tokens, prepare_secrets
from forgecrew.app.load_settings import load_settings
from forgecrew.app.provision import Provision
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.roster import Roster, call_roster
from forgecrew.app.settings import Settings
from forgecrew.app.write_settings import Answers, write_settings
from forgecrew.core.errors import ConfigError, ForgeUnavailable
from forgecrew.core.subject import RepoRef


@dataclass(frozen=True, slots=True)
class Given:
    """Tokens that the person at the shell gave: one of an administrator, which is never kept, or the accounts' own."""

    admin_token: str = field(default="", repr=False)
    read_tokens: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    write_tokens: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


async def initialize(home: Path, answers: Answers, given: Given, say: Callable[[str], None]) -> Settings:
    """Make or complete an installation. Raises ConfigError naming what is still missing."""
    say(f"{home}/forgecrew.toml {'written' if write_settings(home, answers) else 'is there and stays as it is'}")
    settings = load_settings(home)
    fresh = prepare_secrets(home)
    roster = call_roster(settings, with_procedures=False)
    keep_read_tokens(home, given.read_tokens)
    keep_write_tokens(home, given.write_tokens)
    if not settings.forge.url:
        raise ConfigError(f"{settings.file}: forge.url is missing: give it with --forge-url or write it into the file")
    bad_read = _bad(await check_tokens(settings, load_read_secrets(home).tokens), roster)
    bad_write = _bad(await check_write_tokens(settings), roster)
    if given.admin_token:
        await _prepare_forge(settings, roster, given.admin_token, (bad_read, bad_write), fresh, say)
    elif bad_read or bad_write:
        raise ConfigError(_what_is_missing(bad_read, bad_write))
    say("everything is ready: `forgecrew doctor` checks it, `forgecrew up` starts it")
    return settings


async def _prepare_forge(
    settings: Settings,
    roster: Roster,
    admin_token: str,
    bad: tuple[set[str], set[str]],
    fresh: bool,
    say: Callable[[str], None],
) -> None:
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


def _bad(states: list[TokenState], roster: Roster) -> set[str]:
    """Accounts whose token is missing or is refused. Raises ForgeUnavailable rather than replace a token that may be good."""
    for state in states:
        if state.later:
            raise ForgeUnavailable(state.problem)
    good = {state.account for state in states if not state.problem}
    return set(roster.accounts.values()) - good


def _what_is_missing(bad_read: set[str], bad_write: set[str]) -> str:
    parts = [f"--read-token {name}=…" for name in sorted(bad_read)] + [f"--write-token {name}=…" for name in sorted(bad_write)]
    return f"tokens are missing or refused: give an administrator's with --admin-token (it is not kept), or {' '.join(parts)}"
