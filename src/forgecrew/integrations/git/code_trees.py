"""What the code index reads from a bare mirror: trees, the difference of two, contents by hash, the log with its renames."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from forgecrew.core.code_tree import PATH_BYTES_MAX, LoggedCommit, LoggedFile, TreeFile
from forgecrew.core.errors import RefusedError
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.git.bare import Bare, bare_of
from forgecrew.integrations.git.contents import contents
from forgecrew.integrations.git.run import Git

_SHA = re.compile(r"[0-9a-f]{40,64}")
_REGULAR = ("100644", "100755", "100664")
_DIFF = ("-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules")
_FORMAT = "%x01%m%x00%H%x00%an%x00%ae%x00%ct%x00%s"
_YEAR_3000 = 32_503_680_000


class GitTrees:
    """Implements ports.code_trees.CodeTrees."""

    def __init__(self, folder: Path, git: Git) -> None:
        self._folder, self._git = folder, git

    async def tips(self, repo: RepoRef) -> dict[str, str]:
        """Commit ids by branch; empty when there is no mirror."""
        bare = self._bare(repo)
        if not bare.folder.exists():
            return {}
        told = await self._git.run(bare.folder, "for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads/")
        pairs = (line.partition(" ") for line in _text(told).splitlines())
        return {name: sha for sha, _, name in pairs}

    async def files(self, repo: RepoRef, commit: str) -> list[TreeFile]:
        """All regular files of a commit."""
        listed = await self._git.run(self._bare(repo).folder, "ls-tree", "-r", "-z", "--full-tree", _checked(commit))
        found: list[TreeFile] = []
        for entry in listed.split(b"\0"):
            told, _, path = entry.partition(b"\t")
            parts = told.decode().split()
            if len(parts) == 3 and parts[0] in _REGULAR:
                found.append(TreeFile(_text(path), parts[2]))
        return [file for file in found if _fits(file.path)]

    async def changes(self, repo: RepoRef, old: str, new: str) -> list[TreeFile] | None:
        """Files of `new` that `old` holds otherwise or not at all, and those that are gone; None when `old` is unknown."""
        try:
            raw = await self._git.run(self._bare(repo).folder, "diff-tree", *_DIFF, _checked(old), _checked(new))
        except RefusedError:
            if await self._bare(repo).commit(old) is None:
                return None
            raise
        fields = raw.split(b"\0")
        found: list[TreeFile] = []
        for about, path in zip(fields[::2], fields[1::2], strict=False):
            _, mode, _, sha, _ = about.decode().split(" ")
            found.append(TreeFile(_text(path), sha if mode in _REGULAR else None))
        return [file for file in found if _fits(file.path)]

    async def contents(self, repo: RepoRef, blob_shas: Sequence[str], *, bytes_max: int) -> dict[str, bytes]:
        """Contents by blob; larger ones are left out."""
        wanted = [_checked(sha) for sha in dict.fromkeys(blob_shas)]
        return await contents(self._git, self._bare(repo).folder, wanted, bytes_max=bytes_max)

    async def log(self, repo: RepoRef, new: str, *, limit: int) -> list[LoggedCommit]:
        """Commits of `new`, oldest first, at most the newest `limit`."""
        return [commit for _, commit in await self._log(repo, _checked(new), limit)]

    async def log_between(
        self, repo: RepoRef, old: str, new: str, *, limit: int
    ) -> tuple[list[LoggedCommit], list[str]] | None:
        """Commits that only `new` holds, oldest first, and ids of those that only `old` holds. None when `old` is unknown."""
        try:
            found = await self._log(repo, f"{_checked(old)}...{_checked(new)}", limit)
        except RefusedError:
            if await self._bare(repo).commit(old) is None:
                return None
            raise
        return [commit for side, commit in found if side != b"<"], [commit.sha for side, commit in found if side == b"<"]

    async def _log(self, repo: RepoRef, which: str, limit: int) -> list[tuple[bytes, LoggedCommit]]:
        raw = await self._git.run(
            self._bare(repo).folder, "log", "-z", "--no-merges", "--left-right", f"--max-count={limit}", "--name-status", "-M",
            "-l400", "--no-ext-diff", f"--format={_FORMAT}", which, "--",
        )  # fmt: skip
        # A path may hold byte 1 too, but not right after a zero and before a mark, a commit id and the next zero.
        parts = re.split(rb"(?:\A|(?<=\0))\x01(?=[<>]\0[0-9a-f]{40,64}\0)", raw)
        return [(part[:1], _commit(part[2:].split(b"\0"))) for part in reversed(parts) if part.strip(b"\0\n")]

    def _bare(self, repo: RepoRef) -> Bare:
        return bare_of(self._git, self._folder, repo)


def connect(folder: Path, *, allow_file: bool = False) -> GitTrees:
    """What the mirrors below a folder hold (no I/O yet)."""
    return GitTrees(folder, Git(allow_file=allow_file))


def _checked(sha: str) -> str:
    if not _SHA.fullmatch(sha):
        raise RefusedError(f"{sha!r} is no full id of a git object")
    return sha


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def _fits(path: str) -> bool:
    return len(path.encode()) <= PATH_BYTES_MAX


def _commit(fields: list[bytes]) -> LoggedCommit:
    """Five fields, then a letter and a path for each file, two paths for a rename."""
    sha, author, email, moment, subject = (field.decode("utf-8", "replace").strip() for field in fields[:5])
    files: list[LoggedFile] = []
    at = 5
    while at + 1 < len(fields):
        letter = fields[at].strip().decode()[:1]
        if letter == "R" and at + 2 < len(fields):
            files.append(LoggedFile(_text(fields[at + 2]), "R", _text(fields[at + 1])))
            at += 3
        elif letter:
            files.append(LoggedFile(_text(fields[at + 1]), letter if letter in "AMD" else "M"))
            at += 2
        else:
            at += 1
    kept = tuple(file for file in files if _fits(file.path) and _fits(file.old_path))
    return LoggedCommit(sha, author, email, datetime.fromtimestamp(min(int(moment), _YEAR_3000), UTC), subject, kept)
