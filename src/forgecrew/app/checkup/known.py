"""What the check-up may count on: roles and secrets as far as they can be read; that they cannot is another part's finding."""

from forgecrew.app.read_secrets import ReadSecrets, load_read_secrets
from forgecrew.app.roster import call_roster
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError
from forgecrew.core.role import Role


def roles_of(settings: Settings) -> list[Role]:
    """The enabled roles; none where their settings are wrong."""
    try:
        return list(call_roster(settings).roles.values())
    except ConfigError:
        return []


def secrets_of(settings: Settings) -> ReadSecrets:
    """The read secrets; empty ones where they cannot be read."""
    try:
        return load_read_secrets(settings.home)
    except ConfigError:
        return ReadSecrets("", "")
