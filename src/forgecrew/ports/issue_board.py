"""Issues of a forge: read them, and write what an agent may write."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

from forgecrew.core.issue import Comment, ForgeLabel, Issue, Reaction
from forgecrew.core.subject import RepoRef


class IssueBoard(Protocol):
    """Every method raises ForgeUnavailable (retry), RefusedError (no right) or NotFound."""

    async def issue(self, repo: RepoRef, number: int) -> Issue:
        """One issue or pull request as an issue."""
        ...

    async def comments(self, repo: RepoRef, number: int) -> list[Comment]:
        """All plain comments, oldest first."""
        ...

    async def comment(self, repo: RepoRef, number: int, body: str) -> Comment:
        """Write a new comment."""
        ...

    async def edit_comment(self, repo: RepoRef, comment_id: int, body: str) -> Comment:
        """Replace the text of a comment."""
        ...

    async def reactions(self, repo: RepoRef, number: int) -> list[Reaction]:
        """Reactions on the issue itself."""
        ...

    async def react(self, repo: RepoRef, number: int, content: str) -> None:
        """Add a reaction; adding it twice changes nothing."""
        ...

    async def labels(self, repo: RepoRef) -> list[ForgeLabel]:
        """Labels that the repository (and its organization) offers."""
        ...

    async def add_labels(self, repo: RepoRef, number: int, names: Sequence[str]) -> None:
        """Add labels by name; names that the repository does not offer raise RefusedError."""
        ...

    async def search(
        self, *, filter: Literal["assigned", "mentioned", "review_requested", "all"], since: datetime | None = None
    ) -> list[Issue]:
        """Open issues and pull requests of all visible repositories that concern this account."""
        ...

    async def create_issue(self, repo: RepoRef, title: str, body: str, *, assignees: Sequence[str] = ()) -> Issue:
        """Open an issue."""
        ...
