"""Sections [crew.<role>]: how one role takes part."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CrewMember:
    """How one role takes part."""

    account: str = ""
    """Login on the forge; empty means the one that role.toml proposes."""
    enabled: bool = True
    """Whether this role works here."""
