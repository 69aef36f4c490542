"""Accounts of a forge: who am I, who may do what, and making accounts for the crew."""

from collections.abc import Sequence
from typing import Protocol

from forgecrew.core.issue import Notification
from forgecrew.core.person import Permission, Person
from forgecrew.core.subject import RepoRef


class People(Protocol):
    """Every method raises ForgeUnavailable (retry), RefusedError (no right) or NotFound."""

    async def me(self) -> Person:
        """The account of the token in use."""
        ...

    async def version(self) -> str:
        """Version that the forge tells."""
        ...

    async def permission(self, repo: RepoRef, login: str) -> Permission:
        """What an account may do in a repository."""
        ...

    async def notifications(self) -> list[Notification]:
        """Unread threads about issues and pull requests, newest first."""
        ...

    async def mark_read(self, notification_id: int) -> None:
        """Mark one thread as read."""
        ...

    async def create_account(self, login: str, *, full_name: str, email: str, password: str) -> Person:
        """Make a user (administrators only); an existing login is returned as it is."""
        ...

    async def create_token(self, login: str, *, password: str, name: str, scopes: Sequence[str]) -> str:
        """Make an access token for an account with its password; a token of that name is replaced."""
        ...

    async def add_collaborator(self, repo: RepoRef, login: str, permission: Permission) -> None:
        """Give an account rights on a repository."""
        ...
