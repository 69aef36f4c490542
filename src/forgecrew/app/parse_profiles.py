"""Turning the tables [sandbox.profiles.<name>] into settings."""

from pathlib import Path
from typing import Any

from forgecrew.app.read_section import as_table, must_know, read_section
from forgecrew.app.sections.sandbox import ProfileSettings
from forgecrew.core.profiles import PROFILES


def parse_profiles(file: Path, tables: Any) -> dict[str, ProfileSettings]:
    """By name. Raises ConfigError."""
    made: dict[str, ProfileSettings] = {}
    for name, values in as_table(file, "sandbox.profiles", tables).items():
        must_know(f"{file}: [sandbox.profiles]", name, list(PROFILES), "profile")
        where = f"sandbox.profiles.{name}"
        made[name] = read_section(file, where, ProfileSettings(), as_table(file, where, values))
    return made
