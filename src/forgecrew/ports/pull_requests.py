"""Pull requests and reviews of a forge."""

from collections.abc import Sequence
from typing import Literal, Protocol

from forgecrew.core.pull_request import ChangedFile, PullRequest
from forgecrew.core.review import InlineComment, Review
from forgecrew.core.subject import RepoRef


class PullRequests(Protocol):
    """Every method raises ForgeUnavailable (retry), RefusedError (no right) or NotFound."""

    async def pull(self, repo: RepoRef, number: int) -> PullRequest:
        """One pull request."""
        ...

    async def find_pull(self, repo: RepoRef, *, head: str, base: str) -> PullRequest | None:
        """The open pull request of two branches, if there is one."""
        ...

    async def open_pull(self, repo: RepoRef, *, head: str, base: str, title: str, body: str) -> PullRequest:
        """Open one; a second for the same pair raises RefusedError."""
        ...

    async def edit_pull(self, repo: RepoRef, number: int, *, title: str | None = None, body: str | None = None) -> PullRequest:
        """Change title or body; draft is the title prefix `WIP:`."""
        ...

    async def diff(self, repo: RepoRef, number: int) -> str:
        """The unified diff."""
        ...

    async def files(self, repo: RepoRef, number: int) -> list[ChangedFile]:
        """Changed files."""
        ...

    async def reviews(self, repo: RepoRef, number: int) -> list[Review]:
        """Submitted reviews with their inline comments, oldest first."""
        ...

    async def review(
        self, repo: RepoRef, number: int, *, verdict: Literal["APPROVED", "REQUEST_CHANGES", "COMMENT"],
        body: str, commit_sha: str, comments: Sequence[InlineComment] = (),
    ) -> Review:  # fmt: skip
        """Submit one review."""
        ...

    async def request_review(self, repo: RepoRef, number: int, reviewers: Sequence[str]) -> None:
        """Ask accounts for a review (again)."""
        ...
