"""Trees, contents and commits of a repository for the code index, read from the mirror that no agent can write to."""

from collections.abc import Sequence
from typing import Protocol

from forgecrew.core.code_tree import LoggedCommit, TreeFile
from forgecrew.core.subject import RepoRef


class CodeTrees(Protocol):
    """Reads only what the mirror holds; a CodeHost refreshes it. Links and submodules do not exist here.

    Every method raises RefusedError with what git said.
    """

    async def tips(self, repo: RepoRef) -> dict[str, str]:
        """Commit ids by branch; empty when there is no mirror."""
        ...

    async def files(self, repo: RepoRef, commit: str) -> list[TreeFile]:
        """All regular files of a commit."""
        ...

    async def changes(self, repo: RepoRef, old: str, new: str) -> list[TreeFile] | None:
        """Files of `new` that `old` holds otherwise or not at all, and those that are gone; None when `old` is unknown."""
        ...

    async def contents(self, repo: RepoRef, blob_shas: Sequence[str], *, bytes_max: int) -> dict[str, bytes]:
        """Contents by blob; larger ones are left out."""
        ...

    async def log(self, repo: RepoRef, new: str, *, limit: int) -> list[LoggedCommit]:
        """Commits of `new`, oldest first, at most the newest `limit`."""
        ...

    async def log_between(
        self, repo: RepoRef, old: str, new: str, *, limit: int
    ) -> tuple[list[LoggedCommit], list[str]] | None:
        """Commits that only `new` holds, oldest first, and ids of those that only `old` holds: none but after a forced push.

        None when `old` is unknown.
        """
        ...
