"""Accounts of a Gitea or Forgejo: who am I, who may do what, and making accounts for the crew."""

from collections.abc import Sequence

from forgecrew.core.errors import ConfigError, NotFound
from forgecrew.core.issue import Notification
from forgecrew.core.json import Json
from forgecrew.core.person import Permission, Person
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea import account_payloads, notification_payloads
from forgecrew.integrations.gitea.fields import text
from forgecrew.integrations.gitea.http import Transport, at
from forgecrew.integrations.gitea.rights import permission
from forgecrew.integrations.gitea.tokens import create_token
from forgecrew.ports.people import People

_COLLABORATOR = "/repos/{owner}/{repo}/collaborators/{collaborator}"


class GiteaPeople:
    """Implements ports.people.People."""

    def __init__(self, transport: Transport) -> None:
        self._http = transport

    async def me(self) -> Person:
        """The account of the token in use."""
        return account_payloads.person(await self._http.item("GET", "/user"))

    async def version(self) -> str:
        """Version that the forge tells."""
        return text(await self._http.item("GET", "/version"), "version")

    async def permission(self, repo: RepoRef, login: str) -> Permission:
        """What an account may do in a repository, as far as the account of the token can know."""
        return await permission(self._http, repo, login)

    async def notifications(self) -> list[Notification]:
        """Unread threads about issues and pull requests, newest first."""
        query = {"status-types": ["unread"], "subject-type": ["issue", "pull"]}
        found = [notification_payloads.notification(item) for item in await self._http.pages("/notifications", query)]
        return [item for item in found if item]

    async def mark_read(self, notification_id: int) -> None:
        """Mark one thread as read."""
        path = at("/notifications/threads/{id}", id=notification_id)
        await self._http.request("PATCH", path, query={"to-status": "read"})

    async def create_account(self, login: str, *, full_name: str, email: str, password: str) -> Person:
        """Make a user (administrators only); an existing login is returned as it is."""
        try:
            return account_payloads.person(await self._http.item("GET", at("/users/{username}", username=login)))
        except NotFound:
            asked: Json = {
                "username": login,
                "full_name": full_name,
                "email": email,
                "password": password,
                "must_change_password": False,  # with the default, true, every call of the account would be refused
            }
            return account_payloads.person(await self._http.item("POST", "/admin/users", body=asked))

    async def create_token(self, login: str, *, password: str, name: str, scopes: Sequence[str]) -> str:
        """Make an access token for an account with its password; a token of that name is replaced."""
        return await create_token(self._http, login, password=password, name=name, scopes=scopes)

    async def add_collaborator(self, repo: RepoRef, login: str, permission: Permission) -> None:
        """Give an account rights on a repository; `none` takes them away."""
        path = at(_COLLABORATOR, repo, collaborator=login)
        if permission == "owner":
            raise ConfigError(f"{login} cannot be made an owner of {repo}: choose read, write or admin")
        if permission == "none":
            await self._http.request("DELETE", path)
        else:
            await self._http.request("PUT", path, body={"permission": permission})


def people(transport: Transport) -> People:
    """The port on one connection."""
    return GiteaPeople(transport)
