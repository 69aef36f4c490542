"""Commits of a repository for workers: a local bare mirror that no agent can write to."""

from typing import Protocol

from forgecrew.core.subject import RepoRef


class CodeHost(Protocol):
    """Git on the host, only ever in bare mirrors of what the forge holds; never in a tree that an agent can write."""

    async def refresh(self, repo: RepoRef, clone_url: str) -> None:
        """Bring the mirror up to date. Raises ForgeUnavailable (retry) or RefusedError (it says why)."""
        ...

    async def sha(self, repo: RepoRef, ref: str) -> str | None:
        """Full commit id of a branch or commit, None when the mirror has none."""
        ...

    async def read(self, repo: RepoRef, ref: str, path: str, *, bytes_max: int) -> bytes | None:
        """A regular file of a commit; None when it has none there, or a larger one."""
        ...

    async def bundle(self, repo: RepoRef, refs: dict[str, str]) -> bytes:
        """A git bundle; refs maps names inside the bundle (refs/heads/…) to branches or commits of the mirror."""
        ...
