"""Pushing commits that came out of a sandbox: only the effects process has one."""

from typing import Protocol

from forgecrew.core.change import Change
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

    async def inspect(
        self, repo: RepoRef, clone_url: str, bundle: bytes, *, head_sha: str, base: str, follows: str = "", token: str,
        login: str,
    ) -> Change:  # fmt: skip
        """What head_sha would bring: its paths against the merge base with `base`, and each new commit. Pushes nothing.

        Raises RefusedError when head_sha does not follow the commit `follows` (if given).
        """
        ...
