"""Pushing as an agent what a sandbox handed over, after it was checked apart from everything else."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from forgecrew.core.change import Change
from forgecrew.core.errors import RefusedError
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.git import checks
from forgecrew.integrations.git.bare import Bare, bare_of
from forgecrew.integrations.git.new_commits import identities, new_commits, touched
from forgecrew.integrations.git.run import Access, Git

_HEAD = "forge/HEAD"


class GitPush:
    """Implements ports.code_push.CodePush with clean bare clones below a folder."""

    def __init__(self, folder: Path, git: Git) -> None:
        self._folder, self._git = folder, git

    async def push(
        self, repo: RepoRef, clone_url: str, bundle: bytes, *, branch: str, head_sha: str, expected_sha: str | None,
        login: str, token: str,
    ) -> list[str]:  # fmt: skip
        """Push head_sha to a branch; gives the paths that it changes against its merge base with the default branch."""
        checks.check_names(branch, head_sha, expected_sha)
        access = Access(clone_url, login, token)
        async with self._quarantine(repo, access, bundle, head_sha) as (bare, quarantine):
            paths = await checks.changed(quarantine, await bare.sha(_HEAD), head_sha)
            present = await bare.sha(branch)
            if present == head_sha:
                return paths
            if present != expected_sha:
                raise RefusedError(
                    f"branch {branch} of {repo} is at {present or 'nothing'}, not at {expected_sha or 'nothing'}"
                )
            if expected_sha and not await self._git.succeeds(
                quarantine.folder, "merge-base", "--is-ancestor", expected_sha, head_sha
            ):
                raise RefusedError(f"{head_sha} does not follow {expected_sha}: history of {branch} is never rewritten")
            lease = f"--force-with-lease=refs/heads/{branch}:{expected_sha or ''}"
            await self._git.run(
                quarantine.folder, "push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", lease,
                clone_url, f"{head_sha}:refs/heads/{branch}", access=access,
            )  # fmt: skip
            return paths

    async def inspect(
        self, repo: RepoRef, clone_url: str, bundle: bytes, *, head_sha: str, base: str, follows: str = "", token: str,
        login: str,
    ) -> Change:  # fmt: skip
        """What head_sha would bring; `base` is a branch or commit that the forge has. Pushes nothing."""
        checks.check_names("unused", head_sha, follows or None)
        async with self._quarantine(repo, Access(clone_url, login, token), bundle, head_sha) as (bare, quarantine):
            known = await bare.sha(base)
            if known is None and await bare.sha(_HEAD) is not None:
                raise RefusedError(f"{repo} has no branch or commit {base!r}")
            if follows and not await quarantine.git.succeeds(
                quarantine.folder, "merge-base", "--is-ancestor", follows, head_sha
            ):
                raise RefusedError(f"{head_sha} does not follow {follows}, where the work began")
            new = await new_commits(bare, quarantine, head_sha)
            return Change(
                tuple(await checks.changed(quarantine, known, head_sha)), await touched(quarantine, new),
                *await identities(quarantine, new),
            )  # fmt: skip

    @asynccontextmanager
    async def _quarantine(
        self, repo: RepoRef, access: Access, bundle: bytes, head_sha: str
    ) -> AsyncGenerator[tuple[Bare, Bare]]:
        bare = bare_of(self._git, self._folder, repo)
        async with bare.locked():
            await bare.fetch(access, "+refs/heads/*:refs/heads/*")
            await self._default_branch(bare, access)
            async with bare.beside() as quarantine:
                await checks.take_in(quarantine, bundle, head_sha)
                yield bare, quarantine

    async def _default_branch(self, bare: Bare, access: Access) -> None:
        """Keep what the forge's HEAD points to; an empty repository has none."""
        told = await self._git.run(bare.folder, "ls-remote", access.clone_url, "HEAD", access=access)
        sha = told.decode().split("\t")[0].strip()
        if sha:
            await self._git.run(bare.folder, "update-ref", f"refs/{_HEAD}", sha)


def connect(folder: Path, *, allow_file: bool = False) -> GitPush:
    """Clean clones below a folder (no I/O yet)."""
    return GitPush(folder, Git(allow_file=allow_file))
