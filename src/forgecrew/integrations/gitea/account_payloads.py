"""Reads JSON about accounts of Gitea and Forgejo into the core nouns."""

from typing import cast, get_args

from forgecrew.core.person import Permission, Person
from forgecrew.integrations.gitea.fields import number, text


def person(value: object) -> Person:
    """An account."""
    return Person(text(value, "login"), number(value, "id"), text(value, "full_name"), text(value, "email"))


def permission(value: object) -> Permission:
    """What an account may do; unknown words count as none."""
    word = text(value, "permission")
    return cast(Permission, word) if word in get_args(Permission) else "none"
