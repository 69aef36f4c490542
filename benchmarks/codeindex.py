"""What the index of code costs: each of the newest commits by itself, a switch between branches that differ, the first look.

  python -m benchmarks.codeindex --repo CLONE [--commits 100] [--files 350] [--postgres URL]

Measured until everything but the vectors is in the database, history included. `switch_s` moves a branch to a state in which
at least --files sources are others that were read before (another branch, an older state) and back, the slower of both;
`unseen_s` is the same way with contents that nobody has read. Nothing of the clone is changed: it is looked at through a copy
that shares its objects.
"""

import argparse
import asyncio
import itertools
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks._report import report
from forgecrew.core.moment import utc_now
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.git.code_trees import connect
from forgecrew.memory.code.index import CodeIndex
from forgecrew.memory.code.indexed import Indexed
from forgecrew.memory.code.sources import language_of
from forgecrew.store.database import Database
from forgecrew.store.migrate import upgrade
from forgecrew.store.queries import code_repos
from forgecrew.store.tables.code_blob import code_text

REPO = RepoRef("measured", "project")
FILES_MAX = 5


class Mirror:
    """A bare copy whose branches are set to any commit."""

    def __init__(self, clone: Path, folder: Path) -> None:
        self.bare = folder / REPO.owner / f"{REPO.name}.git"
        subprocess.run(["git", "clone", "--quiet", "--bare", "--shared", clone, self.bare], check=True, capture_output=True)

    def git(self, *words: str) -> str:
        return subprocess.run(["git", f"--git-dir={self.bare}", *words], check=True, capture_output=True, text=True).stdout

    def set(self, branch: str, commit: str) -> None:
        self.git("update-ref", f"refs/heads/{branch}", commit)

    def commits(self, count: int) -> list[str]:
        """The newest of the main line, oldest first."""
        return self.git("rev-list", "--first-parent", f"--max-count={count}", "HEAD").split()[::-1]

    def changed(self, old: str, new: str) -> int:
        names = self.git("diff-tree", "-r", "-z", "--name-only", "--diff-filter=AMR", old, new).split("\0")
        return sum(1 for name in names if language_of(name))


class Measured:
    """One database; `index` gives seconds and what was done."""

    def __init__(self, database: Database, mirrors: Path) -> None:
        self._index = CodeIndex(database, connect(mirrors))
        self._database = database

    async def index(self, branch: str) -> tuple[float, Indexed]:
        async with self._database.write() as connection:
            repo = await code_repos.want(connection, str(REPO), readers="public", branch="main", now=utc_now())
        began = time.perf_counter()
        done = await self._index.index(repo, branch)
        return time.perf_counter() - began, done


async def measure(options: argparse.Namespace, folder: Path) -> dict[str, float]:
    mirror = Mirror(options.repo, folder / "mirrors")
    url = options.postgres or f"sqlite:///{folder / 'index.sqlite'}"
    await upgrade(url)
    database = Database(url)
    measured = Measured(database, folder / "mirrors")
    line = mirror.commits(options.commits * 8)
    steps = [(old, new) for old, new in itertools.pairwise(line) if 1 <= mirror.changed(old, new) <= FILES_MAX]
    steps = steps[-options.commits :]
    mirror.set("main", steps[0][0])
    first_s, first = await measured.index("main")
    took: list[float] = []
    read: list[int] = []
    texts: list[int] = []
    for old, new in steps:
        mirror.set("main", old)
        await measured.index("main")  # what lies between is not counted
        mirror.set("main", new)
        seconds, done = await measured.index("main")
        took.append(1000 * seconds)
        read.append(done.read)
        texts.append(done.texts)
    other = _other(mirror, line, options.files)
    figures = {
        "commit_p95_ms": _p95(took), "commit_p50_ms": statistics.median(took), "commits": len(took),
        "read_p50": statistics.median(read), "texts_p50": statistics.median(texts),
        "first_s": first_s, "first_files": first.files, "first_texts": first.texts, "first_commits": first.commits,
    }  # fmt: skip
    mirror.set("topic", steps[-1][1])
    new_branch_s, _ = await measured.index("topic")
    mirror.set("topic", other)
    await measured.index("topic")
    switches: list[tuple[float, Indexed]] = []
    for commit in (steps[-1][1], other) * 3:
        mirror.set("topic", commit)
        switches.append(await measured.index("topic"))
    assert not any(done.read for _, done in switches), "a switch to contents that are known reads nothing"
    async with database.read() as connection:
        kept = (await connection.execute(sa.select(sa.func.count()).select_from(code_text))).scalar_one()
    await database.close()
    return figures | {
        "switch_s": max(seconds for seconds, _ in switches), "switch_files": switches[0][1].files, "new_branch_s": new_branch_s,
        "texts": kept, **(await _unseen(folder, mirror, steps[-1][1], other)),
    }  # fmt: skip


async def _unseen(folder: Path, mirror: Mirror, last: str, other: str) -> dict[str, float]:
    """The same switch in an index that knows nothing but the last state."""
    url = f"sqlite:///{folder / 'second.sqlite'}"
    await upgrade(url)
    database = Database(url)
    measured = Measured(database, folder / "mirrors")
    mirror.set("main", last)
    await measured.index("main")
    mirror.set("main", other)
    seconds, done = await measured.index("main")
    await database.close()
    return {"unseen_s": seconds, "unseen_read": done.read}


def _other(mirror: Mirror, line: Sequence[str], files: int) -> str:
    """The newest state that differs from the last in so many sources."""
    for commit in reversed(line):
        if mirror.changed(commit, line[-1]) >= files:
            return commit
    raise SystemExit(
        f"no state of the last {len(line)} commits differs in {files} sources: ask for fewer --files or more --commits"
    )


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repo", type=Path, required=True)
    parser.add_argument("--commits", type=int, default=100)
    parser.add_argument("--files", type=int, default=350)
    parser.add_argument("--postgres", default="", help="URL of an empty database instead of a SQLite file")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    known = ["git", "-C", str(options.repo), "rev-parse", "--verify", "--quiet", "HEAD^{commit}"]
    if subprocess.run(known, capture_output=True).returncode:
        parser.exit(2, f"{options.repo} is no clone with a commit: give one with its history\n")
    with tempfile.TemporaryDirectory() as folder:
        figures: dict[str, Any] = asyncio.run(measure(options, Path(folder)))
    report("codeindex", figures, {}, options.json)


if __name__ == "__main__":
    main()
