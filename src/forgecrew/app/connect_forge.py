"""The forge by settings: what it has, and its past."""

from forgecrew.app.adapters import chosen
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError
from forgecrew.ports.forge import Forge
from forgecrew.ports.history import History


def forge_as(settings: Settings, token: str) -> Forge:
    """The forge as the account of a token (no I/O yet)."""
    if not settings.forge.url:
        raise ConfigError(f"{settings.file}: forge.url is missing; set it to your forge's address, e.g. http://localhost:3000")
    return chosen(settings.file, "forge", "forge.kind", settings.forge.kind).connect(settings.forge.url, token)


def history_as(settings: Settings, token: str) -> History:
    """The past of the forge's repositories as the account of a token (no I/O yet)."""
    return chosen(settings.file, "history", "forge.kind", settings.forge.kind).connect(settings.forge.url, token)
