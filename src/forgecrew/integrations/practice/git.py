"""Bare git repositories of the practice forge: made, read and compared by git itself."""

import asyncio
import os
import re
from pathlib import Path

_SHA = re.compile(r"[0-9a-f]{40}")
_WHO = {"NAME": "practice forge", "EMAIL": "practice@localhost"}


class GitError(Exception):
    """Git ended with an error; the text is what it said."""


class Git:
    """Repositories by id, each a bare one below a folder. No settings of the machine or its user reach git."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, repo_id: int) -> Path:
        """Where a repository lies."""
        return self._folder / f"{repo_id}.git"

    def environment(self) -> dict[str, str]:
        """A cleared environment for git."""
        who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _WHO.items()}
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
            **who,
        }

    async def run(self, repo_id: int, *arguments: str, stdin: bytes = b"") -> bytes:
        """Output of one git command in a repository; raises GitError."""
        process = await asyncio.create_subprocess_exec(
            "git", "--git-dir", str(self.path(repo_id)), *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env=self.environment(),
        )  # fmt: skip
        output, errors = await process.communicate(stdin)
        if process.returncode != 0:
            raise GitError(errors.decode("utf-8", "replace").strip() or f"git {arguments[0]} failed")
        return output

    async def create(self, repo_id: int, branch: str) -> None:
        """A new empty repository."""
        await self.run(repo_id, "init", "--quiet", "--bare", f"--initial-branch={branch}")
        for key, value in (("http.receivepack", "true"), ("receive.hideRefs", "refs/pull"), ("gc.auto", "0")):
            await self.run(repo_id, "config", key, value)

    async def first_commit(self, repo_id: int, branch: str, readme: str) -> None:
        """A first commit with a README.md."""
        blob = await self.run(repo_id, "hash-object", "-w", "--stdin", stdin=readme.encode())
        tree = await self.run(repo_id, "mktree", stdin=b"100644 blob " + blob.strip() + b"\tREADME.md\n")
        commit = await self.run(repo_id, "commit-tree", tree.decode().strip(), "-m", "Initial commit")
        await self.run(repo_id, "update-ref", f"refs/heads/{branch}", commit.decode().strip())

    async def heads(self, repo_id: int) -> dict[str, str]:
        """Branches and the full ids of their heads."""
        out = await self.run(repo_id, "for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads")
        lines = [line.partition(" ") for line in out.decode("utf-8", "replace").splitlines()]
        return {name: sha for sha, _, name in lines}

    async def commit(self, repo_id: int, name: str) -> str | None:
        """Full id of the commit that a branch, tag or full id names."""
        for ref in (f"refs/heads/{name}", f"refs/tags/{name}", *([name] if _SHA.fullmatch(name) else [])):
            try:
                out = await self.run(repo_id, "rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}")
            except GitError:
                continue
            return out.decode().strip()
        return None

    async def subject(self, repo_id: int, sha: str) -> str:
        """First line of a commit's message."""
        return (await self.run(repo_id, "log", "-1", "--format=%s", sha)).decode("utf-8", "replace").strip()

    async def file(self, repo_id: int, sha: str, path: str) -> bytes | None:
        """Content of a file at a commit; None when there is none."""
        try:
            return await self.run(repo_id, "cat-file", "blob", f"{sha}:{path}")
        except GitError:
            return None

    async def folder(self, repo_id: int, sha: str, path: str) -> list[tuple[str, str]] | None:
        """Paths and types (`file`, `dir`, `submodule`) in a folder at a commit; None when it is no folder."""
        try:
            out = await self.run(repo_id, "ls-tree", "-z", "--full-tree", "--end-of-options", f"{sha}:{path}")
        except GitError:
            return None
        lines = [line.partition("\t") for line in out.decode("utf-8", "replace").split("\0") if line]
        kinds = {"blob": "file", "tree": "dir", "commit": "submodule"}
        return [(f"{path}/{name}".strip("/"), kinds[meta.split()[1]]) for meta, _, name in lines]

    async def merge_base(self, repo_id: int, one: str, other: str) -> str:
        """Where two commits part; `one` when they share nothing."""
        try:
            return (await self.run(repo_id, "merge-base", one, other)).decode().strip()
        except GitError:
            return one

    async def diff(self, repo_id: int, old: str, new: str) -> bytes:
        """The unified diff of two commits."""
        return await self.run(repo_id, "diff", "--no-color", "--no-ext-diff", "--find-renames", old, new)

    async def changed(self, repo_id: int, old: str, new: str) -> list[tuple[str, str, int, int]]:
        """Changed files as (path, status letter, additions, deletions)."""
        base = ("diff", "--no-renames", "-z")
        kinds = (await self.run(repo_id, *base, "--name-status", old, new)).decode("utf-8", "replace").split("\0")
        letters = dict(zip(kinds[1::2], kinds[0::2], strict=False))
        counts = (await self.run(repo_id, *base, "--numstat", old, new)).decode("utf-8", "replace").split("\0")
        found: list[tuple[str, str, int, int]] = []
        for line in filter(None, counts):
            added, removed, path = line.split("\t", 2)
            found.append((path, letters.get(path, "M"), _count(added), _count(removed)))
        return found


def _count(text: str) -> int:
    return int(text) if text.isdigit() else 0
