"""Access tokens of a Gitea or Forgejo."""

from collections.abc import Sequence

from forgecrew.integrations.gitea.fields import number, text
from forgecrew.integrations.gitea.http import Transport, at

_TOKENS = "/users/{username}/tokens"


async def create_token(http: Transport, login: str, *, password: str, name: str, scopes: Sequence[str]) -> str:
    """Make an access token for an account with its password; a token of that name is replaced."""
    own = Transport(http.url, basic=(login, password), watch=http.watch)
    try:
        path = at(_TOKENS, username=login)
        for old in await own.pages(path):
            if text(old, "name") == name:
                await own.request("DELETE", at(_TOKENS + "/{token}", username=login, token=number(old, "id")))
        made = await own.item("POST", path, body={"name": name, "scopes": list(scopes)})
    finally:
        await own.close()
    return text(made, "sha1")
