"""Reading roles: role.toml and prompt.md of the product's own crew and of the user's home folder."""

import difflib
import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import forgecrew.crew
from forgecrew.core.errors import ConfigError
from forgecrew.core.role import Limits, Role

_TEXTS = ("name", "account", "full_name", "purpose", "procedure")
_LISTS = ("triggers", "tools", "scopes")
_KEYS = (*_TEXTS, *_LISTS, "speaks", "stages", "limits")
BUILT_IN = Path(next(iter(forgecrew.crew.__path__)))


def load_roles(home: Path) -> tuple[dict[str, Role], dict[str, str]]:
    """Roles by name, and why others could not be read. A folder `<home>/crew/<role>` overrides or adds one."""
    roles: dict[str, Role] = {}
    broken: dict[str, str] = {}
    for top in (BUILT_IN, home / "crew"):
        for file in sorted(top.glob("*/role.toml")):
            name = file.parent.name
            try:
                roles[name] = load_role(file.parent, base=roles.get(name))
            except ConfigError as error:
                broken[name] = str(error)
    return roles, broken


def load_role(folder: Path, *, base: Role | None = None) -> Role:
    """The role that a folder tells; what it leaves out comes from `base`. Raises ConfigError naming file and key."""
    file = folder / "role.toml"
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from error
    for key in content:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(_KEYS)}"
            raise ConfigError(f"{file}: unknown key {key!r}; {hint}")
    values: dict[str, Any] = {key: _text(file, key, content[key]) for key in _TEXTS if key in content}
    values |= {key: _texts(file, key, content[key]) for key in _LISTS if key in content}
    values.pop("full_name", None)
    if "speaks" in content:
        if not isinstance(content["speaks"], bool):
            raise ConfigError(f"{file}: speaks must be true or false")
        values["speaks"] = content["speaks"]
    if "stages" in content:
        values["stages"] = tuple((name, _text(file, f"stages.{name}", words)) for name, words in content["stages"].items())
    if "limits" in content:
        values["limits"] = _limits(file, content["limits"], base.limits if base else Limits())
    prompt = folder / "prompt.md"
    if prompt.is_file():
        values["prompt"] = prompt.read_text("utf-8")
    return _complete(file, values, base)


def _complete(file: Path, values: dict[str, Any], base: Role | None) -> Role:
    if values.get("name", file.parent.name) != file.parent.name:
        raise ConfigError(f"{file}: name is {values['name']!r} but its folder is {file.parent.name!r}; they must be the same")
    if base is not None:
        return replace(base, **values)
    for key in ("account", "purpose", "triggers"):
        if not values.get(key):
            raise ConfigError(f"{file}: {key} is missing")
    if not values.get("prompt"):
        raise ConfigError(f"{file.parent / 'prompt.md'} is missing: it tells the model who this colleague is")
    values.setdefault("name", file.parent.name)
    values.setdefault("procedure", values["name"])
    return Role(**values)


def _limits(file: Path, table: Any, default: Limits) -> Limits:
    known = {one.name for one in fields(Limits)}
    if not isinstance(table, dict):
        raise ConfigError(f"{file}: [limits] must be a table")
    for key, value in table.items():  # type: ignore[misc]
        if key not in known:
            raise ConfigError(f"{file}: limits.{key} is no limit; known are {', '.join(sorted(known))}")
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise ConfigError(f"{file}: limits.{key} must be a number above 0, not {value!r}")
    return replace(default, **table)  # type: ignore[arg-type]


def _text(file: Path, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{file}: {key} must be a text, not {value!r}")
    return value


def _texts(file: Path, key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):  # type: ignore[misc]
        raise ConfigError(f"{file}: {key} must be a list of texts, not {value!r}")
    return tuple(value)  # type: ignore[arg-type]
