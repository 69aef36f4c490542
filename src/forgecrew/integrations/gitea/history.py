"""The past of a repository on a Gitea or Forgejo."""

import base64
import binascii
from contextlib import suppress
from urllib.parse import unquote_plus

from forgecrew.core.errors import NotFound
from forgecrew.core.past import PastPage, PastThread, WikiHead
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea import payloads
from forgecrew.integrations.gitea.fields import dig, text, when
from forgecrew.integrations.gitea.http import PAGE_ITEMS, Transport, at
from forgecrew.ports.history import History

_REPO = "/repos/{owner}/{repo}"


class GiteaHistory:
    """Implements ports.history.History."""

    def __init__(self, transport: Transport) -> None:
        self._http = transport

    async def threads(self, repo: RepoRef, page: int) -> list[PastThread]:
        """A page (from 1) of all issues and pull requests, open and closed; empty behind the last."""
        query = {"state": "all", "page": page, "limit": PAGE_ITEMS}
        found = await self._http.items(at(_REPO + "/issues", repo), query)
        return [_thread(item, repo) for item in found]

    async def pages(self, repo: RepoRef) -> list[PastPage]:
        """Pages of the wiki and notes of releases; empty where the forge has none."""
        found = await self._releases(repo)
        for head in await self.wiki(repo):
            with suppress(NotFound):  # removed since the list was read
                found.append(await self.wiki_page(repo, head))
        return found

    async def wiki(self, repo: RepoRef) -> list[WikiHead]:
        """Pages of the wiki without their texts; empty where there is none."""
        try:
            found = await self._http.pages(at(_REPO + "/wiki/pages", repo))
        except NotFound:
            return []
        heads = [(text(item, "title"), unquote_plus(text(item, "sub_url")), text(item, "last_commit", "sha")) for item in found]
        return [WikiHead(title or name, name or title, version) for title, name, version in heads if title or name]

    async def wiki_page(self, repo: RepoRef, head: WikiHead) -> PastPage:
        """One of them with its text. Raises NotFound when it was removed meanwhile."""
        page = await self._http.item("GET", at(_REPO + "/wiki/page/{page}", repo, page=head.name))
        author, moment = text(page, "last_commit", "author", "name"), when(page, "last_commit", "author", "date")
        return PastPage("wiki", head.title, _decoded(text(page, "content_base64")), author, moment)

    async def close(self) -> None:
        """Give connections back."""
        await self._http.close()

    async def _releases(self, repo: RepoRef) -> list[PastPage]:
        try:
            found = await self._http.pages(at(_REPO + "/releases", repo))
        except NotFound:
            return []
        return [
            PastPage(
                "release", text(item, "tag_name"), f"{text(item, 'name')}\n\n{text(item, 'body')}".strip(),
                text(item, "author", "login"), when(item, "published_at") or when(item, "created_at"),
            )
            for item in found
            if text(item, "tag_name") and dig(item, "draft") is not True
        ]  # fmt: skip


def connect(url: str, token: str) -> History:
    """The history of a forge as the account of a token (no I/O yet)."""
    return GiteaHistory(Transport(url, token))


def _thread(item: object, repo: RepoRef) -> PastThread:
    return PastThread(
        payloads.issue(item, repo), when(item, "created_at"), when(item, "closed_at"), text(item, "milestone", "title"),
        dig(item, "pull_request", "merged") is True, text(item, "pull_request", "merged_by", "login"),
    )  # fmt: skip


def _decoded(content: str) -> str:
    try:
        return base64.b64decode(content).decode("utf-8", "replace")
    except binascii.Error:
        return ""
