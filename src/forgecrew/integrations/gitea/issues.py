"""The issue board of a Gitea or Forgejo."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Literal

from forgecrew.core.errors import ForgeUnavailable, RefusedError
from forgecrew.core.issue import Comment, ForgeLabel, Issue, Reaction
from forgecrew.core.json import Json
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea import payloads
from forgecrew.integrations.gitea.http import Transport, at
from forgecrew.ports.issue_board import IssueBoard

_ISSUE = "/repos/{owner}/{repo}/issues/{index}"


class GiteaIssues:
    """Implements ports.issue_board.IssueBoard."""

    def __init__(self, transport: Transport) -> None:
        self._http = transport

    async def issue(self, repo: RepoRef, number: int) -> Issue:
        """One issue or pull request as an issue."""
        return payloads.issue(await self._http.item("GET", at(_ISSUE, repo, index=number)), repo)

    async def comments(self, repo: RepoRef, number: int) -> list[Comment]:
        """All plain comments, oldest first; this list is not paginated."""
        found = await self._http.items(at(_ISSUE + "/comments", repo, index=number))
        return [payloads.comment(item) for item in found]

    async def comment(self, repo: RepoRef, number: int, body: str) -> Comment:
        """Write a new comment."""
        try:
            made = await self._http.item("POST", at(_ISSUE + "/comments", repo, index=number), body={"body": body})
        except ForgeUnavailable:
            await self.issue(repo, number)  # Gitea answers 500 where there is no such issue: then this says NotFound
            raise
        return payloads.comment(made)

    async def edit_comment(self, repo: RepoRef, comment_id: int, body: str) -> Comment:
        """Replace the text of a comment."""
        path = at("/repos/{owner}/{repo}/issues/comments/{id}", repo, id=comment_id)
        return payloads.comment(await self._http.item("PATCH", path, body={"body": body}))

    async def reactions(self, repo: RepoRef, number: int) -> list[Reaction]:
        """Reactions on the issue itself."""
        return [payloads.reaction(item) for item in await self._http.pages(at(_ISSUE + "/reactions", repo, index=number))]

    async def react(self, repo: RepoRef, number: int, content: str) -> None:
        """Add a reaction; adding it twice changes nothing."""
        await self._http.request("POST", at(_ISSUE + "/reactions", repo, index=number), body={"content": content})

    async def labels(self, repo: RepoRef) -> list[ForgeLabel]:
        """Labels that the repository offers, then those of its organization (left out without the scope read:organization)."""
        found = await self._http.pages(at("/repos/{owner}/{repo}/labels", repo))
        with suppress(RefusedError):  # the owner is a person, or the token may not read organizations
            found += await self._http.pages(at("/orgs/{org}/labels", org=repo.owner))
        return [payloads.label(item) for item in found]

    async def add_labels(self, repo: RepoRef, number: int, names: Sequence[str]) -> None:
        """Add labels by name; names that the repository does not offer raise RefusedError."""
        offered = {label.name: label.id for label in reversed(await self.labels(repo))}
        missing = [name for name in names if name not in offered]
        if missing:
            raise RefusedError(f"{repo} has no label {', '.join(missing)}; it offers: {', '.join(sorted(offered)) or 'none'}")
        if names:
            ids = [offered[name] for name in names]
            await self._http.request("POST", at(_ISSUE + "/labels", repo, index=number), body={"labels": ids})

    async def search(
        self, *, filter: Literal["assigned", "mentioned", "review_requested", "all"], since: datetime | None = None
    ) -> list[Issue]:
        """Open issues and pull requests of all visible repositories that concern this account."""
        query: dict[str, str | int | bool | Sequence[str]] = {"state": "open"}
        if filter != "all":
            query[filter] = True
        if since:
            query["since"] = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return [payloads.issue(item) for item in await self._http.pages("/repos/issues/search", query)]

    async def create_issue(self, repo: RepoRef, title: str, body: str, *, assignees: Sequence[str] = ()) -> Issue:
        """Open an issue."""
        asked: Json = {"title": title, "body": body, "assignees": list(assignees)}
        return payloads.issue(await self._http.item("POST", at("/repos/{owner}/{repo}/issues", repo), body=asked), repo)


def issue_board(transport: Transport) -> IssueBoard:
    """The port on one connection."""
    return GiteaIssues(transport)
