"""The past of a repository on a Gitea or Forgejo."""

import base64
import binascii

from forgecrew.core.errors import NotFound
from forgecrew.core.past import PastPage, PastThread
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
        return [*await self._releases(repo), *await self._wiki(repo)]

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

    async def _wiki(self, repo: RepoRef) -> list[PastPage]:
        try:
            found = await self._http.pages(at(_REPO + "/wiki/pages", repo))
        except NotFound:
            return []
        made: list[PastPage] = []
        for item in found:
            name = text(item, "sub_url") or text(item, "title")
            page = await self._http.item("GET", at(_REPO + "/wiki/page/{rest}", repo, rest=name))
            commit = "last_commit"
            author, moment = text(page, commit, "author", "name"), when(page, commit, "author", "date")
            made.append(PastPage("wiki", text(item, "title") or name, _decoded(text(page, "content_base64")), author, moment))
        return made


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
