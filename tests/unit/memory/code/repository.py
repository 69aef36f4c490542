"""Real git repositories for tests of the index: commits made in a clone, shown by a bare mirror."""

import subprocess
from pathlib import Path

from forgecrew.core.moment import utc_now
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.git.code_trees import connect
from forgecrew.memory.code.index import CodeIndex
from forgecrew.memory.code.indexed import Indexed
from forgecrew.store.database import Database
from forgecrew.store.queries import code_repos

REPO = RepoRef("org", "thing")


class Repository:
    """A clone and its mirror; `commit` writes files (None takes one away) and shows them on a branch."""

    def __init__(self, folder: Path, repo: RepoRef = REPO) -> None:
        self.repo = repo
        self.mirrors, self.work = folder / "mirrors", folder / f"work-{repo.name}"
        self.bare = self.mirrors / repo.owner / f"{repo.name}.git"
        self.work.mkdir()
        self.git("init", "--quiet", "--initial-branch=main", str(self.work), inside=False)
        self.git("init", "--quiet", "--bare", str(self.bare), inside=False)
        self.trees = connect(self.mirrors)
        self._at = 1_700_000_000

    def git(self, *words: str, inside: bool = True) -> str:
        who = ["-c", "user.name=Mia", "-c", "user.email=mia@example.org", "-c", "protocol.file.allow=always"]
        line = ["git", *who, *(["-C", str(self.work)] if inside else []), *words]
        self._at = getattr(self, "_at", 0) + 60
        date = {"GIT_AUTHOR_DATE": f"{self._at} +0000", "GIT_COMMITTER_DATE": f"{self._at} +0000"}
        base = {"PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": str(self.work)}
        return subprocess.run(line, check=True, capture_output=True, env=base | date).stdout.decode()

    def commit(self, files: dict[str, str | bytes | None], message: str = "Change", *, author: str = "") -> str:
        for name, content in files.items():
            path = self.work / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.git("add", "-A")
        by = [f"--author={author}"] if author else []
        self.git("commit", "--quiet", "--allow-empty", "-m", message, *by)
        self.show()
        return self.git("rev-parse", "HEAD").strip()

    def show(self) -> None:
        """Let the mirror follow, as after a fetch: forced, branches that are gone taken away."""
        self.git("push", "--quiet", "--force", "--prune", str(self.bare), "+refs/heads/*:refs/heads/*")


async def index(
    database: Database, repository: Repository, ref: str = "main", *, branch: str = "main", readers: str = "public"
) -> Indexed:
    async with database.write() as connection:
        repo = await code_repos.want(connection, str(repository.repo), readers=readers, branch=branch, now=utc_now())
    return await CodeIndex(database, repository.trees).index(repo, ref)
