"""Statuses of commits on a forge."""

from typing import Protocol

from forgecrew.core.commit_status import CommitStatus
from forgecrew.core.subject import RepoRef


class CommitStatuses(Protocol):
    """Every method raises ForgeUnavailable (retry; some forges answer so where there is no such commit), NotFound or
    RefusedError (no right)."""

    async def of(self, repo: RepoRef, sha: str) -> list[CommitStatus]:
        """The present one of each context."""
        ...

    async def set(self, repo: RepoRef, sha: str, status: CommitStatus) -> None:
        """Say it, instead of what was said in the same context before."""
        ...
