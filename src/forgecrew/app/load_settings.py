"""Reading forgecrew.toml and the environment into Settings, with an error that names file, key and what is allowed."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from forgecrew.app import settings
from forgecrew.app.settings import CrewMember, ModelChoice, Settings
from forgecrew.core.errors import ConfigError

FILE_NAME = "forgecrew.toml"
SECTIONS: dict[str, type] = {
    "forge": settings.ForgeSettings,
    "server": settings.ServerSettings,
    "model": settings.ModelChoice,
    "work": settings.WorkSettings,
    "sandbox": settings.SandboxSettings,
    "database": settings.DatabaseSettings,
}
_WORDS = {str: "a text in quotes", int: "a whole number", float: "a number", bool: "true or false"}
T = TypeVar("T")


def find_home(given: str | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """The home folder: --home, FORGECREW_HOME, ./forgecrew-home when it holds a forgecrew.toml, else ~/.config/forgecrew."""
    chosen = given or environ.get("FORGECREW_HOME")
    if chosen:
        return Path(chosen).expanduser().resolve()
    here = Path.cwd() / "forgecrew-home"
    return here if (here / FILE_NAME).is_file() else Path.home() / ".config" / "forgecrew"


def load_settings(home: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings of the installation in `home`. Raises ConfigError."""
    file = home / FILE_NAME
    content: dict[str, Any] = {}
    if file.is_file():
        try:
            content = tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{file}: not valid TOML: {error}") from error
    elif "FORGECREW_FORGE_URL" not in environ:
        raise ConfigError(f"{file} does not exist: run `forgecrew init --home {home}`, or name another folder with --home")
    return parse_settings(content, home, file, environ)


def parse_settings(content: Mapping[str, Any], home: Path, file: Path, environ: Mapping[str, str]) -> Settings:
    """Settings from the parsed TOML; `file` is only named in errors."""
    known = [*SECTIONS, "crew"]
    for name in content:
        _known(str(file), name, known, "section")
    made: dict[str, Any] = {}
    for name, kind in SECTIONS.items():
        table = dict(_table(file, name, content.get(name, {})))
        roles: Any = table.pop("roles", {}) if name == "model" else {}
        made[name] = _section(file, name, kind(), {**table, **_from_environment(name, kind, environ)})
        if name == "model":
            made["model_roles"] = {
                role: _section(file, f"model.roles.{role}", made["model"], _table(file, f"model.roles.{role}", values))
                for role, values in _table(file, "model.roles", roles).items()
            }
    made["crew"] = {
        role: _section(file, f"crew.{role}", CrewMember(), _table(file, f"crew.{role}", values))
        for role, values in _table(file, "crew", content.get("crew", {})).items()
    }
    _check_repos(file, made["forge"].repos)
    return Settings(home=home, file=file, **made)


def api_key(choice: ModelChoice, environ: Mapping[str, str] = os.environ) -> str:
    """The API key of a model's server, empty when it needs none. Raises ConfigError when its variable is not set."""
    if not choice.api_key_env:
        return ""
    if choice.api_key_env not in environ:
        raise ConfigError(f"the environment variable {choice.api_key_env} (model.api_key_env) is not set: export it first")
    return environ[choice.api_key_env]


def _section(file: Path, where: str, default: T, values: Mapping[str, Any]) -> T:
    """The default section with the given values checked and set."""
    metadata = {one.name: one.metadata for one in fields(default)}  # type: ignore[arg-type]
    hints = get_type_hints(type(default))
    for key in values:
        _known(f"{file}: [{where}]", key, list(metadata), "key")
    checked = {key: _value(file, f"{where}.{key}", hints[key], metadata[key], value) for key, value in values.items()}
    return replace(default, **checked)  # type: ignore[type-var]


def _value(file: Path, where: str, kind: Any, metadata: Mapping[str, Any], value: Any) -> Any:
    if kind not in _WORDS:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):  # type: ignore[misc]
            raise ConfigError(f"{file}: {where} must be a list of texts, not {value!r}")
        return tuple(value)  # type: ignore[arg-type]
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise ConfigError(f"{file}: {where} must be {_WORDS[kind]}, not {value!r}")
    if "low" in metadata and not metadata["low"] <= value <= metadata["high"]:
        raise ConfigError(f"{file}: {where} is {value}; allowed is {metadata['low']} to {metadata['high']}")
    if value and "prefixes" in metadata and not str(value).startswith(metadata["prefixes"]):
        raise ConfigError(f"{file}: {where} is {value!r}; it must begin with {' or '.join(metadata['prefixes'])}")
    return value


def _from_environment(section: str, kind: type, environ: Mapping[str, str]) -> dict[str, Any]:
    """Values that the environment gives for a section, turned into the types of its fields as far as they can be."""
    found: dict[str, Any] = {}
    for key, hint in get_type_hints(kind).items():
        text = environ.get(f"FORGECREW_{section}_{key}".upper())
        if text is not None:
            found[key] = _from_text(hint, text)
    return found


def _from_text(hint: Any, text: str) -> Any:
    if hint is bool:
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(text.lower(), text)
    if hint in (int, float):
        try:
            return hint(text)
        except ValueError:
            return text
    return text if hint is str else [part.strip() for part in text.split(",") if part.strip()]


def _table(file: Path, where: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{file}: [{where}] must be a table, not {value!r}")
    return value  # type: ignore[return-value]


def _known(where: str, name: str, names: list[str], what: str) -> None:
    if name in names:
        return
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(names)}"
    raise ConfigError(f"{where}: {name!r} is no {what} that forgecrew knows; {hint}")


def _check_repos(file: Path, repos: tuple[str, ...]) -> None:
    for repo in repos:
        if len(repo.split("/")) != 2 or not all(repo.split("/")):
            raise ConfigError(f"{file}: forge.repos holds {repo!r}; each must be owner/name")
