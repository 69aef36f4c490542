"""Which tests belong to a file: by their names, and by what they import."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.memory.code.ask import importers_in
from forgecrew.memory.code.sources import is_test
from forgecrew.store.queries import code_asking

_AFFIXES = ("test_", "_test", ".test", ".spec", "tests", "test", "it", "testcase")


@dataclass(frozen=True, slots=True)
class FoundTest:
    """A test of a file, and by what it is known: its name, its imports or both."""

    path: str
    by_name: bool
    by_import: bool


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
