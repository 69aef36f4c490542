"""What `forgecrew init` does, in an order that can be repeated: settings, secrets, then the forge."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from forgecrew.app.check_tokens import TokenState, check_tokens, check_write_tokens
from forgecrew.app.keep_secrets import keep_read_tokens, keep_write_tokens, prepare_secrets
from forgecrew.app.load_settings import load_settings
from forgecrew.app.prepare_forge import prepare_forge
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.roster import Roster, call_roster
from forgecrew.app.settings import Settings
from forgecrew.app.write_settings import Answers, write_settings
from forgecrew.core.errors import ConfigError, ForgeUnavailable


@dataclass(frozen=True, slots=True)
class Given:
    """Tokens that the person at the shell gave: one of an administrator, which is never kept, or the accounts' own.

    `ask` gets the forge's address and asks for the administrator's when it turns out to be needed.
    """

    admin_token: str = field(default="", repr=False)
    read_tokens: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    write_tokens: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    ask: Callable[[str], str] | None = None


async def initialize(home: Path, answers: Answers, given: Given, say: Callable[[str], None]) -> Settings:
    """Make or complete an installation. Raises ConfigError naming what is still missing.

    A forge that does not answer leaves no new settings behind: the address may be wrong, and the next go asks for it again.
    """
    written = write_settings(home, answers)
    settings = load_settings(home)
    say(f"{settings.file} {'written' if written else 'is there and stays as it is'}")
    try:
        return await _complete(home, settings, given, say)
    except ForgeUnavailable as error:
        if not written:
            raise ForgeUnavailable(f"{error} The address stands in {settings.file} (forge.url)") from error
        settings.file.unlink()
        raise


async def _complete(home: Path, settings: Settings, given: Given, say: Callable[[str], None]) -> Settings:
    fresh = prepare_secrets(home)
    roster = call_roster(settings, with_procedures=False)
    keep_read_tokens(home, given.read_tokens)
    keep_write_tokens(home, given.write_tokens)
    if not settings.forge.url:
        raise ConfigError(f"{settings.file}: forge.url is missing: give it with --forge-url or write it into the file")
    bad_read = _bad(await check_tokens(settings, load_read_secrets(home).tokens), roster)
    bad_write = _bad(await check_write_tokens(settings), roster)
    admin_token = given.admin_token
    if (bad_read or bad_write) and not admin_token and given.ask:
        _bad(
            await check_tokens(settings, {"anybody": ""}), roster
        )  # raises where no forge answers, before a token is asked for
        admin_token = given.ask(settings.forge.url)
    if admin_token:
        await prepare_forge(settings, roster, admin_token, (bad_read, bad_write), fresh, say)
    elif bad_read or bad_write:
        raise ConfigError(_what_is_missing(bad_read, bad_write))
    say("everything is ready")
    return settings


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
