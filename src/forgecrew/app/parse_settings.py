"""Turning the tables of forgecrew.toml and the environment into Settings."""

from collections.abc import Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from forgecrew.app.parse_profiles import parse_profiles
from forgecrew.app.read_section import as_table, from_environment, must_know, read_section
from forgecrew.app.sections.crew import CrewMember
from forgecrew.app.sections.egress import EgressCredential, RepoEgress
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError

SECTIONS: dict[str, type] = {
    name: kind for name, kind in get_type_hints(Settings).items() if isinstance(kind, type) and is_dataclass(kind)
}
"""The type of each section that is one table, by its name."""

INNER = {"memory_neo4j": ("memory", "neo4j")}
"""Sections that are a table inside another one, by the field of Settings."""

EGRESS_TABLES: dict[str, type] = {"repos": RepoEgress, "credentials": EgressCredential}
"""Tables by name below [egress]."""


def parse_settings(content: Mapping[str, Any], home: Path, file: Path, environ: Mapping[str, str]) -> Settings:
    """Settings from the parsed TOML; `file` is only named in errors."""
    known = [*(name for name in SECTIONS if name not in INNER), "crew"]
    for name in content:
        must_know(str(file), name, known, "section")
    made: dict[str, Any] = {}
    for name, kind in SECTIONS.items():
        where = ".".join(INNER.get(name, (name,)))
        table = _table(file, name, content)
        roles: Any = table.pop("roles", {}) if name == "model" else {}
        profiles: Any = table.pop("profiles", {}) if name == "sandbox" else {}
        tables = {key: table.pop(key, {}) for key in EGRESS_TABLES} if name == "egress" else {}
        made[name] = read_section(file, where, kind(), {**table, **from_environment(name, kind, environ)})
        if name == "sandbox":
            made["sandbox_profiles"] = parse_profiles(file, profiles)
        for key, values in tables.items():
            made[f"egress_{key}"] = _by_name(file, f"egress.{key}", EGRESS_TABLES[key], values)
        if name == "model":
            made["model_roles"] = {
                role: read_section(file, f"model.roles.{role}", made["model"], as_table(file, f"model.roles.{role}", values))
                for role, values in as_table(file, "model.roles", roles).items()
            }
    made["crew"] = {
        role: read_section(file, f"crew.{role}", CrewMember(), as_table(file, f"crew.{role}", values))
        for role, values in as_table(file, "crew", content.get("crew", {})).items()
    }
    _check_repos(file, made["forge"].repos)
    return Settings(home=home, file=file, **made)


def _table(file: Path, name: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """The table of a section, without those inside it that are sections of their own."""
    outer, *inner = INNER.get(name, (name,))
    table = dict(as_table(file, outer, content.get(outer, {})))
    for key in inner:
        table = dict(as_table(file, f"{outer}.{key}", table.get(key, {})))
    for other, path in INNER.items():
        if other != name and path[0] == name:
            table.pop(path[1], None)
    return table


def _by_name(file: Path, where: str, kind: type, tables: Any) -> dict[str, Any]:
    named = as_table(file, where, tables).items()
    return {name: read_section(file, f"{where}.{name}", kind(), as_table(file, f"{where}.{name}", one)) for name, one in named}


def _check_repos(file: Path, repos: tuple[str, ...]) -> None:
    for repo in repos:
        if len(repo.split("/")) != 2 or not all(repo.split("/")):
            raise ConfigError(f"{file}: forge.repos holds {repo!r}; each must be owner/name")
