"""Accounts on the forge: people and agents look alike there."""

from dataclasses import dataclass
from typing import Literal

Permission = Literal["none", "read", "write", "admin", "owner"]
WRITERS: tuple[Permission, ...] = ("write", "admin", "owner")
"""Who may change a repository, and so decide about its pull requests."""


@dataclass(frozen=True, slots=True)
class Person:
    """One account."""

    login: str
    id: int = 0
    full_name: str = ""
    email: str = ""
