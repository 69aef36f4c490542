"""Pushing commits that came out of a sandbox: only the effects process has one."""

from typing import Protocol

from forgecrew.core.subject import RepoRef


class CodePush(Protocol):
    """A clean bare clone of our own, hooks off, in which a bundle is checked before it is pushed as an agent."""

    async def push(
        self, repo: RepoRef, clone_url: str, bundle: bytes, *, branch: str, head_sha: str, expected_sha: str | None,
        login: str, token: str,
    ) -> list[str]:  # fmt: skip
        """Push head_sha (the bundle holds it) to a branch and give the paths that it changes against the merge base.

        expected_sha is what the branch must point to before (None: must not exist); a branch already at head_sha is success.
        Raises RefusedError for a bundle that does not verify or fsck, or a push that the forge refuses; ForgeUnavailable
        to retry.
        """
        ...

    async def changed_paths(
        self, repo: RepoRef, clone_url: str, bundle: bytes, *, head_sha: str, base: str, token: str, login: str
    ) -> list[str]:
        """Paths that head_sha changes against its merge base with branch `base`, without pushing anything."""
        ...
