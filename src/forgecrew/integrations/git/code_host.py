"""The mirror that workers read from."""

import re
from collections.abc import Sequence
from pathlib import Path

from forgecrew.core.errors import RefusedError
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.git.bare import Bare, bare_of
from forgecrew.integrations.git.run import Access, Git

_FILE = re.compile(r"100(?:644|755) blob ([0-9a-f]+) +([0-9]+)")
_REFSPECS = ("+refs/heads/*:refs/heads/*", "+refs/pull/*/head:refs/pull/*/head")


class GitMirrors:
    """Implements ports.code_host.CodeHost. `accounts` are pairs of login and read token; the first that may clone is used."""

    def __init__(self, folder: Path, accounts: Sequence[tuple[str, str]], git: Git) -> None:
        self._folder, self._git = folder, git
        self._accounts = list(accounts) or [("", "")]
        self._working: dict[RepoRef, tuple[str, str]] = {}

    async def refresh(self, repo: RepoRef, clone_url: str) -> None:
        """Bring the mirror up to date. Raises ForgeUnavailable, or RefusedError when no account of ours may clone it."""
        bare = self._bare(repo)
        known = self._working.get(repo)
        refusals: list[str] = []
        async with bare.locked():
            for login, token in [*([known] if known else []), *(one for one in self._accounts if one != known)]:
                try:
                    await bare.fetch(Access(clone_url, login, token), *_REFSPECS)
                except RefusedError as error:
                    refusals.append(str(error))
                    continue
                self._working[repo] = (login, token)
                return
        raise RefusedError(f"nobody of the crew may clone {repo}: {refusals[0]} Then assign again.")

    async def sha(self, repo: RepoRef, ref: str) -> str | None:
        """Full commit id of a branch or commit, None when the mirror has none."""
        bare = self._bare(repo)
        return await bare.sha(ref) if bare.folder.exists() else None

    async def read(self, repo: RepoRef, ref: str, path: str, *, bytes_max: int) -> bytes | None:
        """A regular file of a commit; None when it has none there, or a larger one."""
        bare = self._bare(repo)
        found = await bare.sha(ref) if bare.folder.exists() else None
        if found is None:
            return None
        listed = (await self._git.run(bare.folder, "ls-tree", "-z", "--long", found, "--", path)).decode("utf-8", "replace")
        known = _FILE.fullmatch(listed.partition("\t")[0])
        if known is None or int(known[2]) > bytes_max:
            return None
        return await self._git.run(bare.folder, "cat-file", "blob", known[1])

    async def bundle(self, repo: RepoRef, refs: dict[str, str]) -> bytes:
        """A git bundle; refs maps names inside the bundle to branches or commits of the mirror. Raises RefusedError."""
        bare = self._bare(repo)
        async with bare.locked(), bare.beside() as copy:
            for name, ref in refs.items():
                found = await bare.sha(ref)
                if found is None:
                    raise RefusedError(f"the mirror of {repo} holds no branch or commit {ref!r}: refresh it first")
                await self._git.run(copy.folder, "update-ref", name, found)
            return await self._git.run(copy.folder, "bundle", "create", "--quiet", "-", *refs)

    def _bare(self, repo: RepoRef) -> Bare:
        return bare_of(self._git, self._folder, repo)


def connect(folder: Path, accounts: Sequence[tuple[str, str]], *, allow_file: bool = False) -> GitMirrors:
    """Mirrors below a folder, read with the first of the accounts (login, read token) that may (no I/O yet)."""
    return GitMirrors(folder, accounts, Git(allow_file=allow_file))
