"""Finding what can be plugged in by looking at folders, never at a list; one that fails to load is told and skipped.

An integration serves a port when its folder holds a file named after that port: integrations/gitea/forge.py serves `forge`.
A tool is a file or a folder in tools/ with `tool`, a route group a file in api/ or api/pages/ with `routes`, a command a file
in cli/ with `command`,
an effect a file in kernel/effects/ with `execute`, a procedure a file crew/<role>/procedure.py.
"""

import importlib
import importlib.util
import pkgutil
from dataclasses import dataclass, field
from types import ModuleType


@dataclass(slots=True)
class Found:
    """What a search gave: modules that work by name, and why the others do not."""

    working: dict[str, ModuleType] = field(default_factory=dict[str, ModuleType])
    broken: dict[str, str] = field(default_factory=dict[str, str])


def providers(port: str, package: str = "forgecrew.integrations") -> Found:
    """Every `<package>.<name>.<port>`."""
    found = Found()
    for name in folders(package):
        _load(found, name, f"{package}.{name}.{port}", optional=True)
    return found


def modules(package: str, attribute: str) -> Found:
    """Every module of a package that has the attribute (itself a plug-in); folders are not entered."""
    found = Found()
    for entry in pkgutil.iter_modules(importlib.import_module(package).__path__):
        if not entry.ispkg:
            _load(found, entry.name, f"{package}.{entry.name}")
    for name in [name for name, module in found.working.items() if not hasattr(module, attribute)]:
        del found.working[name]
    return found


def folders(package: str) -> list[str]:
    """Names of the packages inside a package."""
    return [entry.name for entry in pkgutil.iter_modules(importlib.import_module(package).__path__) if entry.ispkg]


def tools() -> Found:
    """Files and folders of tools/ that offer `tool()`."""
    found = modules("forgecrew.tools", "tool")
    for name in folders("forgecrew.tools"):
        _load(found, name, f"forgecrew.tools.{name}")
        if name in found.working and not hasattr(found.working[name], "tool"):
            del found.working[name]
    return found


def commands() -> Found:
    """Files of cli/ that offer `command`."""
    return modules("forgecrew.cli", "command")


def routes() -> Found:
    """Files of api/ and api/pages/ that offer `routes`."""
    found, pages = modules("forgecrew.api", "routes"), modules("forgecrew.api.pages", "routes")
    found.working.update({f"pages.{name}": module for name, module in pages.working.items()})
    found.broken.update({f"pages.{name}": problem for name, problem in pages.broken.items()})
    return found


def effects() -> Found:
    """Files of kernel/effects/ that do one kind of intent."""
    return modules("forgecrew.kernel.effects", "execute")


def procedures() -> Found:
    """`procedure.py` of every role that the product brings."""
    return providers("procedure", "forgecrew.crew")


def _load(found: Found, name: str, path: str, *, optional: bool = False) -> None:
    try:
        # find_spec imports the parent package first, so even the search can fail because of the plug-in.
        if importlib.util.find_spec(path) is not None:
            found.working[name] = importlib.import_module(path)
        elif not optional:
            found.broken[name] = "the file is gone"
    except Exception as error:  # whatever a plug-in raises at import is its fault and must not stop the others
        found.broken[name] = f"{type(error).__name__}: {error}"
