"""One section, its values checked against types and bounds of its fields; errors name file, key and what is allowed."""

import difflib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from forgecrew.core.errors import ConfigError

_WORDS = {str: "a text in quotes", int: "a whole number", float: "a number", bool: "true or false"}
T = TypeVar("T")


def read_section(file: Path, where: str, default: T, values: Mapping[str, Any]) -> T:
    """The default section with the given values checked and set. Raises ConfigError."""
    metadata = {one.name: one.metadata for one in fields(default)}  # type: ignore[arg-type]
    hints = get_type_hints(type(default))
    for key in values:
        must_know(f"{file}: [{where}]", key, list(metadata), "key")
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


def from_environment(section: str, kind: type, environ: Mapping[str, str]) -> dict[str, Any]:
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


def as_table(file: Path, where: str, value: Any) -> dict[str, Any]:
    """The value when it is a table. Raises ConfigError."""
    if not isinstance(value, dict):
        raise ConfigError(f"{file}: [{where}] must be a table, not {value!r}")
    return value  # type: ignore[return-value]


def must_know(where: str, name: str, names: list[str], what: str) -> None:
    """Raise ConfigError with the nearest name that is known, unless the name is one of them."""
    if name in names:
        return
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(names)}"
    raise ConfigError(f"{where}: {name!r} is no {what} that forgecrew knows; {hint}")
