"""Pull requests of a Gitea or Forgejo."""

from collections.abc import Sequence
from typing import Literal

from forgecrew.core.errors import NotFound
from forgecrew.core.json import Json
from forgecrew.core.pull_request import ChangedFile, PullRequest
from forgecrew.core.review import InlineComment, Review
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea import payloads
from forgecrew.integrations.gitea.http import Transport, at
from forgecrew.integrations.gitea.reviews import GiteaReviews
from forgecrew.ports.pull_requests import PullRequests

_PULLS = "/repos/{owner}/{repo}/pulls"
_PULL = _PULLS + "/{index}"


class GiteaPulls:
    """Implements ports.pull_requests.PullRequests."""

    def __init__(self, transport: Transport) -> None:
        self._http = transport
        self._reviews = GiteaReviews(transport)

    async def pull(self, repo: RepoRef, number: int) -> PullRequest:
        """One pull request."""
        return payloads.pull(await self._http.item("GET", at(_PULL, repo, index=number)), repo)

    async def find_pull(self, repo: RepoRef, *, head: str, base: str) -> PullRequest | None:
        """The open pull request of two branches, if there is one."""
        try:
            found = await self._http.item("GET", at(_PULLS + "/{base}/{rest}", repo, base=base, rest=head))
        except NotFound:
            return None
        return payloads.pull(found, repo)

    async def open_pull(self, repo: RepoRef, *, head: str, base: str, title: str, body: str) -> PullRequest:
        """Open one; a second for the same pair raises RefusedError."""
        asked: Json = {"head": head, "base": base, "title": title, "body": body}
        return payloads.pull(await self._http.item("POST", at(_PULLS, repo), body=asked), repo)

    async def edit_pull(self, repo: RepoRef, number: int, *, title: str | None = None, body: str | None = None) -> PullRequest:
        """Change title or body; draft is the title prefix `WIP:`."""
        asked: Json = {key: value for key, value in (("title", title), ("body", body)) if value is not None}
        return payloads.pull(await self._http.item("PATCH", at(_PULL, repo, index=number), body=asked), repo)

    async def diff(self, repo: RepoRef, number: int) -> str:
        """The unified diff."""
        answer = await self._http.request("GET", at(_PULL + ".diff", repo, index=number))
        return answer.content.decode("utf-8", "replace")

    async def files(self, repo: RepoRef, number: int) -> list[ChangedFile]:
        """Changed files."""
        return [payloads.changed_file(item) for item in await self._http.pages(at(_PULL + "/files", repo, index=number))]

    async def reviews(self, repo: RepoRef, number: int) -> list[Review]:
        """Submitted reviews with their inline comments, oldest first."""
        return await self._reviews.submitted(repo, number)

    async def review(
        self, repo: RepoRef, number: int, *, verdict: Literal["APPROVED", "REQUEST_CHANGES", "COMMENT"],
        body: str, commit_sha: str, comments: Sequence[InlineComment] = (),
    ) -> Review:  # fmt: skip
        """Submit one review."""
        asked = Review(0, "", verdict, body, commit_sha, tuple(comments))
        return await self._reviews.submit(repo, number, asked)

    async def request_review(self, repo: RepoRef, number: int, reviewers: Sequence[str]) -> None:
        """Ask accounts for a review (again)."""
        path = at(_PULL + "/requested_reviewers", repo, index=number)
        await self._http.request("POST", path, body={"reviewers": list(reviewers)})


def pull_requests(transport: Transport) -> PullRequests:
    """The port on one connection."""
    return GiteaPulls(transport)
