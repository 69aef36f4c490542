"""The adapters in use: the one that a setting names, or the only one that there is for a port."""

import difflib
from pathlib import Path
from types import ModuleType

from forgecrew.app import discover
from forgecrew.core.errors import ConfigError


def chosen(file: Path, port: str, key: str, kind: str) -> ModuleType:
    """The adapter of that kind; `file` and `key` say where it was chosen. Raises ConfigError."""
    found = discover.providers(port)
    if kind in found.working:
        return found.working[kind]
    if kind in found.broken:
        raise ConfigError(f"{file}: {key} is {kind!r}, but that does not load: {found.broken[kind]}")
    near = difflib.get_close_matches(kind, found.working, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"allowed are {', '.join(sorted(found.working))}"
    raise ConfigError(f"{file}: {key} is {kind!r}; {hint}")


def only(port: str) -> ModuleType:
    """The adapter of a port that has one. Raises ConfigError."""
    found = discover.providers(port)
    for module in found.working.values():
        return module
    raise ConfigError(f"nothing serves the port {port}: {found.broken or 'its folder in integrations/ is gone'}")
