"""The last look at texts before they reach the forge, made with every secret of this installation."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from forgecrew.app.api_key import api_key
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError
from forgecrew.guard.filters import OutgoingFilter
from forgecrew.guard.secret_search import SecretSearch


def outgoing_filter(settings: Settings, write_tokens: Mapping[str, str]) -> OutgoingFilter:
    """The filter that knows our secrets, and the forge's and our own host names."""
    known = {f"write token of {account}": token for account, token in write_tokens.items()}
    try:
        read = load_read_secrets(settings.home)
    except ConfigError:
        read = None  # where effects runs alone, it has no need of the read secrets
    if read is not None:
        known |= {f"read token of {account}": token for account, token in read.tokens.items()}
        known |= {"webhook secret": read.webhook_secret, "login token": read.login_token}
    for choice in (settings.model, *settings.model_roles.values()):
        try:
            key = api_key(choice)
        except ConfigError:
            continue
        if key:
            known[f"API key {choice.api_key_env}"] = key
    return OutgoingFilter(SecretSearch(known), own_hosts(settings))


def own_hosts(settings: Settings) -> set[str]:
    """Hosts (with port where there is one) that links may name."""
    return {urlsplit(url).netloc.lower() for url in (settings.forge.url, settings.public_url) if url}
