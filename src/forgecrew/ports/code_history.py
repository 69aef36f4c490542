"""The past of a repository's code, read from the mirror that no agent can write to."""

from collections.abc import Sequence
from typing import Protocol

from forgecrew.core.past import PastCommit, PastPage
from forgecrew.core.subject import RepoRef


class CodeHistory(Protocol):
    """Reads only what the mirror holds; a CodeHost refreshes it. Every method raises RefusedError with what git said."""

    async def commit_ids(self, repo: RepoRef, branch: str) -> list[str]:
        """Ids of all commits of a branch, oldest first."""
        ...

    async def commits(self, repo: RepoRef, branch: str, ids: Sequence[str]) -> list[PastCommit]:
        """Some commits of a branch with the files that they changed, in the order given."""
        ...

    async def documents(self, repo: RepoRef, branch: str) -> list[PastPage]:
        """Texts for people at the tip of a branch: Markdown and the like, bounded in size and number."""
        ...
