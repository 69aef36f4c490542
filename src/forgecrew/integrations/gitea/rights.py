"""What an account may do in a repository of a Gitea or Forgejo."""

from forgecrew.core.errors import NotFound, RefusedError
from forgecrew.core.person import Permission
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea import account_payloads
from forgecrew.integrations.gitea.fields import flag, logins
from forgecrew.integrations.gitea.http import Transport, at

_PERMISSION = "/repos/{owner}/{repo}/collaborators/{collaborator}/permission"


async def permission(http: Transport, repo: RepoRef, login: str) -> Permission:
    """What an account may do in a repository.

    Only administrators may ask about others, so an account without that right learns it from what it does see:
    the owner, the accounts that can be assigned (they can write), and whether everybody can read.
    """
    try:
        return account_payloads.permission(await http.item("GET", at(_PERMISSION, repo, collaborator=login)))
    except NotFound:
        await http.item("GET", at("/repos/{owner}/{repo}", repo))
        return "none"  # the repository is there, so the account is not
    except RefusedError:
        return await _seen(http, repo, login)


async def _seen(http: Transport, repo: RepoRef, login: str) -> Permission:
    shown = await http.item("GET", at("/repos/{owner}/{repo}", repo))
    if login.lower() == repo.owner.lower():
        return "owner"
    writers = {"items": await http.items(at("/repos/{owner}/{repo}/assignees", repo))}
    if login.lower() in {name.lower() for name in logins(writers, "items")}:
        return "write"
    return "none" if flag(shown, "private") else "read"
