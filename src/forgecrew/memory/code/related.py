"""What belongs to a file: its tests, what changes with it, its history through renames, and who knows it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.memory.code.ask import importers_in
from forgecrew.memory.code.sources import is_test
from forgecrew.store.queries import code_asking, code_past
from forgecrew.store.queries.code_past import Change

RENAMES_MAX = 10
_AFFIXES = ("test_", "_test", ".test", ".spec", "tests", "test", "it", "testcase")


@dataclass(frozen=True, slots=True)
class FoundTest:
    """A test of a file, and by what it is known: its name, its imports or both."""

    path: str
    by_name: bool
    by_import: bool


@dataclass(frozen=True, slots=True)
class Together:
    """A file that is changed together with another: in how many commits, and how closely (each commit shares out 1)."""

    path: str
    commits: int
    weight: float


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who changed a file, as git tells them."""

    name: str
    email: str
    changes: int
    last_at: datetime


async def tests_of(
    connection: AsyncConnection, scope: Scope, repo: RepoRef, path: str, *, ref: str = "", limit: int = 20
) -> list[FoundTest]:
    """Tests of a file: those that are named like it and import it, then those named like it, then those that import it."""
    of = await code_asking.branch(connection, scope, str(repo), ref)
    if of is None:
        return []
    paths = await code_asking.paths(connection, of)
    importing = {one for one in await importers_in(connection, of, path, paths) if is_test(one)}
    stem = _stem(path)
    named = {one for one in paths if is_test(one) and one != path and stem and _tested(one) == stem}
    found = [FoundTest(one, one in named, one in importing) for one in sorted(named | importing)]
    return sorted(found, key=lambda one: (-(2 * one.by_name + one.by_import), -_shared(one.path, path), one.path))[:limit]


async def co_changed(connection: AsyncConnection, scope: Scope, repo: RepoRef, path: str, *, limit: int = 20) -> list[Together]:
    """Files that are changed together with a file and are still there, the closest first."""
    of = await code_asking.branch(connection, scope, str(repo))
    if of is None:
        return []
    return [Together(*row) for row in await code_past.together(connection, of, path, limit=limit)]


async def history(connection: AsyncConnection, scope: Scope, repo: RepoRef, path: str, *, limit: int = 50) -> list[Change]:
    """Commits that changed a file, newest first, also under the names that it had before."""
    of = await code_asking.branch(connection, scope, str(repo))
    found: list[Change] = []
    before: datetime | None = None
    for _ in range(RENAMES_MAX if of else 0):
        assert of is not None, "the range is empty without a branch"
        some = await code_past.of_path(connection, of, path, before=before, limit=limit - len(found))
        began = next((at for at, one in enumerate(some) if one.change in "AR"), len(some) - 1)
        found += some[: began + 1]
        if not some or len(found) >= limit or some[began].change != "R":
            break
        path, before = some[began].old_path, some[began].at
    return found


async def who_knows(connection: AsyncConnection, scope: Scope, repo: RepoRef, path: str, *, limit: int = 5) -> list[Author]:
    """Who changed a file, most changes first, the newest of equals first."""
    made: dict[str, Author] = {}
    for one in await history(connection, scope, repo, path, limit=500):
        if not (one.email or one.author):
            continue  # somebody who was forgotten
        key = one.email or one.author.lower()
        known = made.get(key)
        made[key] = Author(one.author, one.email, 1 + (known.changes if known else 0), known.last_at if known else one.at)
    return sorted(made.values(), key=lambda one: (-one.changes, -one.last_at.timestamp(), one.email))[:limit]


def _stem(path: str) -> str:
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0].lower()
    return folder.rpartition("/")[2].lower() if stem in ("__init__", "index", "mod") else stem.strip("_")


def _tested(path: str) -> str:
    """The name of what a test tests, by its own."""
    name = path.rpartition("/")[2]
    stem = name.rpartition(".")[0].lower()
    for affix in _AFFIXES:
        if affix.endswith("_"):
            stem = stem.removeprefix(affix)
        elif stem != affix:
            stem = stem.removesuffix(affix)
    return stem.partition(".")[0].strip("_")


def _shared(one: str, other: str) -> int:
    """How many folders two paths share by name."""
    return len(set(one.lower().split("/")[:-1]) & set(other.lower().split("/")[:-1]))
