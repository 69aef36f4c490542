"""Accounts of a Gitea or Forgejo: who am I, who may do what, and making accounts for the crew."""

from collections.abc import Sequence

from forgecrew.core.errors import ConfigError, NotFound, RefusedError
from forgecrew.core.issue import Notification
from forgecrew.core.json import Json
from forgecrew.core.person import Permission, Person
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea import payloads
from forgecrew.integrations.gitea.fields import flag, logins, number, text
from forgecrew.integrations.gitea.http import Transport, at
from forgecrew.ports.people import People

_COLLABORATOR = "/repos/{owner}/{repo}/collaborators/{collaborator}"
_TOKENS = "/users/{username}/tokens"


class GiteaPeople:
    """Implements ports.people.People."""

    def __init__(self, transport: Transport) -> None:
        self._http = transport

    async def me(self) -> Person:
        """The account of the token in use."""
        return payloads.person(await self._http.item("GET", "/user"))

    async def version(self) -> str:
        """Version that the forge tells."""
        return text(await self._http.item("GET", "/version"), "version")

    async def permission(self, repo: RepoRef, login: str) -> Permission:
        """What an account may do in a repository.

        Only administrators may ask about others, so an account without that right learns it from what it does see:
        the owner, the accounts that can be assigned (they can write), and whether everybody can read.
        """
        try:
            return payloads.permission(
                await self._http.item("GET", at(_COLLABORATOR + "/permission", repo, collaborator=login))
            )
        except NotFound:
            await self._http.item("GET", at("/repos/{owner}/{repo}", repo))
            return "none"  # the repository is there, so the account is not
        except RefusedError:
            return await self._seen_permission(repo, login)

    async def notifications(self) -> list[Notification]:
        """Unread threads about issues and pull requests, newest first."""
        query = {"status-types": ["unread"], "subject-type": ["issue", "pull"]}
        found = [payloads.notification(item) for item in await self._http.pages("/notifications", query)]
        return [item for item in found if item]

    async def mark_read(self, notification_id: int) -> None:
        """Mark one thread as read."""
        path = at("/notifications/threads/{id}", id=notification_id)
        await self._http.request("PATCH", path, query={"to-status": "read"})

    async def create_account(self, login: str, *, full_name: str, email: str, password: str) -> Person:
        """Make a user (administrators only); an existing login is returned as it is."""
        try:
            return payloads.person(await self._http.item("GET", at("/users/{username}", username=login)))
        except NotFound:
            asked: Json = {
                "username": login,
                "full_name": full_name,
                "email": email,
                "password": password,
                "must_change_password": False,  # with the default, true, every call of the account would be refused
            }
            return payloads.person(await self._http.item("POST", "/admin/users", body=asked))

    async def create_token(self, login: str, *, password: str, name: str, scopes: Sequence[str]) -> str:
        """Make an access token for an account with its password; a token of that name is replaced."""
        own = Transport(self._http.url, basic=(login, password), watch=self._http.watch)
        try:
            path = at(_TOKENS, username=login)
            for old in await own.pages(path):
                if text(old, "name") == name:
                    await own.request("DELETE", at(_TOKENS + "/{token}", username=login, token=number(old, "id")))
            made = await own.item("POST", path, body={"name": name, "scopes": list(scopes)})
        finally:
            await own.close()
        return text(made, "sha1")

    async def add_collaborator(self, repo: RepoRef, login: str, permission: Permission) -> None:
        """Give an account rights on a repository; `none` takes them away."""
        path = at(_COLLABORATOR, repo, collaborator=login)
        if permission == "owner":
            raise ConfigError(f"{login} cannot be made an owner of {repo}: choose read, write or admin")
        if permission == "none":
            await self._http.request("DELETE", path)
        else:
            await self._http.request("PUT", path, body={"permission": permission})

    async def _seen_permission(self, repo: RepoRef, login: str) -> Permission:
        shown = await self._http.item("GET", at("/repos/{owner}/{repo}", repo))
        if login.lower() == repo.owner.lower():
            return "owner"
        writers = {"items": await self._http.items(at("/repos/{owner}/{repo}/assignees", repo))}
        if login.lower() in {name.lower() for name in logins(writers, "items")}:
            return "write"
        return "none" if flag(shown, "private") else "read"


def people(transport: Transport) -> People:
    """The port on one connection."""
    return GiteaPeople(transport)
