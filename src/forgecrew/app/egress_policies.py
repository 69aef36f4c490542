"""Which policy the sandboxes of a repository get: settings, what the repository asks for, and secrets put together."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from forgecrew.app.sections.egress import EgressCredential, RepoEgress
from forgecrew.app.settings import Settings
from forgecrew.core.destination import Destination, destination
from forgecrew.core.egress import Credential, EgressPolicy
from forgecrew.core.errors import ConfigError
from forgecrew.core.host_name import host_of

PRESETS = ("packages",)
_PORTS = {"http": 80, "https": 443}


class EgressPolicies:
    """Checked whole when it is made. Raises ConfigError for entries, presets and credentials that cannot be meant."""

    def __init__(self, settings: Settings, secrets: Mapping[str, str], environ: Mapping[str, str] = os.environ) -> None:
        self._settings, self._secrets, self._environ = settings, secrets, environ
        self._credentials = {name: self._credential(name, one) for name, one in settings.egress_credentials.items()}
        for name in ("", *settings.egress_repos):
            self.of(name)

    def of(self, repo: str, asked: Sequence[str] = ()) -> EgressPolicy:
        """The policy of a repository (owner/name); of what it asks for, what the settings permit is added."""
        own, whole = self._settings.egress_repos.get(repo, RepoEgress()), self._settings.egress
        presets = {*own.presets, *whole.presets}
        for name in presets - set(PRESETS):
            raise ConfigError(f"{self._settings.file}: egress.presets holds {name!r}; known are {', '.join(PRESETS)}")
        packages = "packages" in presets
        allowed = self._read("allow", [*whole.allow, *own.allow])
        allowed += self._read("packages", whole.packages if packages else ())
        permitted = self._read("permit", [*whole.permit, *own.permit])
        allowed += [one for one in understood(asked) if any(wide.covers(one) for wide in permitted)]
        known = self._settings.egress_credentials
        given = [one for name, one in self._credentials.items() if not known[name].repos or repo in known[name].repos]
        return EgressPolicy(tuple(dict.fromkeys(allowed)), tuple(given), packages)

    def may_open(self, repo: str) -> bool:
        """Whether the repository may reach anything, at least when it asks for it."""
        own = self._settings.egress_repos.get(repo, RepoEgress())
        return bool(own.permit or self._settings.egress.permit) or not self.of(repo).closed

    def _read(self, key: str, entries: Iterable[str]) -> list[Destination]:
        found: list[Destination] = []
        for entry in entries:
            try:
                found.append(destination(entry))
            except ValueError as error:
                form = "write host, *.host or a network such as 10.1.0.0/16, each also with :port"
                raise ConfigError(f"{self._settings.file}: egress.{key} holds {entry!r}: {error}; {form}") from error
        return found

    def _credential(self, name: str, one: EgressCredential) -> Credential:
        where = f"{self._settings.file}: egress.credentials.{name}"
        try:
            parts = urlsplit(one.url)
            host, port = host_of(parts.hostname or ""), parts.port or _PORTS[parts.scheme]
        except (ValueError, KeyError) as error:
            raise ConfigError(f"{where}.url is {one.url!r}: {error}; write https://host/path") from error
        if not re.fullmatch(r"[A-Za-z0-9-]+", one.header):
            raise ConfigError(f"{where}.header is {one.header!r}, which is no name of a header")
        value = self._environ.get(one.secret_env, "") if one.secret_env else self._secrets.get(name, "")
        if not value or not value.isascii() or not value.isprintable():
            place = f"the environment variable {one.secret_env}" if one.secret_env else "[egress] of secrets/read/tokens.toml"
            raise ConfigError(f'{where}: {place} must hold its value, e.g. {name} = "Bearer …"')
        return Credential(name, parts.scheme, host, port, parts.path or "/", one.header, value)


def understood(entries: Sequence[str]) -> list[Destination]:
    """What can be read of entries that a repository wrote; the others are nobody's wish."""
    found: list[Destination] = []
    for entry in entries:
        try:
            found.append(destination(entry))
        except ValueError:
            continue
    return found
