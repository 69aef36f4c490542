"""Accounts on the forge: people and agents look alike there."""

from dataclasses import dataclass
from typing import Literal

Permission = Literal["none", "read", "write", "admin", "owner"]


@dataclass(frozen=True, slots=True)
class Person:
    """One account."""

    login: str
    id: int = 0
    full_name: str = ""
    email: str = ""
