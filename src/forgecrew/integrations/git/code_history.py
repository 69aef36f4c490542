"""The past of a repository, read from its bare mirror with git log, as bytes between zeros: no message can pass for more."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from forgecrew.core.past import PastCommit, PastPage
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.git.bare import Bare, bare_of
from forgecrew.integrations.git.run import Git

_FORMAT = "%H%x00%P%x00%an%x00%ae%x00%ct%x00%B"
_SHA = re.compile(r"[0-9a-f]{40,64}")
_DOCUMENT = re.compile(r"\.(?:md|rst|adoc|txt)$", re.I)
DOCUMENT_BYTES_MAX = 200_000
DOCUMENTS_MAX = 500


class GitHistory:
    """Implements ports.code_history.CodeHistory."""

    def __init__(self, folder: Path, git: Git) -> None:
        self._folder, self._git = folder, git
        self._main_line: dict[tuple[RepoRef, str], set[str]] = {}

    async def commit_ids(self, repo: RepoRef, branch: str) -> list[str]:
        """Ids of all commits of a branch, oldest first."""
        bare = self._bare(repo)
        if not bare.folder.exists() or await bare.sha(branch) is None:
            return []
        main = await self._git.run(bare.folder, "rev-list", "--first-parent", f"refs/heads/{branch}", "--")
        self._main_line[repo, branch] = set(main.decode().split())
        found = await self._git.run(bare.folder, "rev-list", "--reverse", "--topo-order", f"refs/heads/{branch}", "--")
        return found.decode().split()

    async def commits(self, repo: RepoRef, branch: str, ids: Sequence[str]) -> list[PastCommit]:
        """Some commits of a branch with the files that they changed, in the order given; merges against their first parent."""
        if (repo, branch) not in self._main_line:
            await self.commit_ids(repo, branch)
        wanted = [sha for sha in ids if _SHA.fullmatch(sha)]
        if not wanted:
            return []
        output = await self._git.run(
            self._bare(repo).folder, "log", "-z", "--no-walk=unsorted", "--first-parent", "-m", "--no-renames", "--name-status",
            f"--format={_FORMAT}", *wanted, "--",
        )  # fmt: skip
        main = self._main_line.get((repo, branch), set())
        return list(_parsed(output.decode("utf-8", "replace").split("\0"), main))

    async def documents(self, repo: RepoRef, branch: str) -> list[PastPage]:
        """Texts for people at the tip of a branch: Markdown and the like, bounded in size and number."""
        bare = self._bare(repo)
        if not bare.folder.exists() or await bare.sha(branch) is None:
            return []
        listed = await self._git.run(bare.folder, "ls-tree", "-r", "-z", "-l", f"refs/heads/{branch}")
        found: list[PastPage] = []
        for entry in listed.decode("utf-8", "replace").split("\0"):
            told, _, path = entry.partition("\t")
            parts = told.split()
            if len(parts) != 4 or parts[1] != "blob" or not _DOCUMENT.search(path) or len(found) >= DOCUMENTS_MAX:
                continue
            if parts[0] != "120000" and parts[3].isdigit() and int(parts[3]) <= DOCUMENT_BYTES_MAX:
                content = await self._git.run(bare.folder, "cat-file", "blob", parts[2])
                found.append(PastPage("doc", path, content.decode("utf-8", "replace")))
        return found

    def _bare(self, repo: RepoRef) -> Bare:
        return bare_of(self._git, self._folder, repo)


def connect(folder: Path, *, allow_file: bool = False) -> GitHistory:
    """The past that the mirrors below a folder hold (no I/O yet)."""
    return GitHistory(folder, Git(allow_file=allow_file))


def _parsed(parts: list[str], main: set[str]) -> Iterator[PastCommit]:
    """Six fields per commit, then pairs of a letter and a path until the next id."""
    at = 0
    while at + 5 < len(parts):
        if not _SHA.fullmatch(parts[at].strip()):
            at += 1
            continue
        sha, parents, author, email, moment, message = (part.strip() for part in parts[at : at + 6])
        at += 6
        files: dict[str, list[str]] = {"A": [], "M": [], "D": []}
        while at + 1 < len(parts) and not _SHA.fullmatch(parts[at].strip()):
            word = parts[at].strip()
            if not word:
                at += 1
                continue
            files[word if word in files else "M"].append(parts[at + 1])
            at += 2
        yield PastCommit(
            sha, author, email, datetime.fromtimestamp(min(int(moment), 32_503_680_000), UTC), message, tuple(files["A"]),
            tuple(files["M"]), tuple(files["D"]), len(parents.split()) > 1, sha in main,
        )  # fmt: skip
