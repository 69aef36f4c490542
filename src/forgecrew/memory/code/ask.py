"""Asking the index of code: where a name is defined, who uses it, what a file imports. All by name, not by types.

`ref` is a branch, the repository's own when empty. Nothing is found where the scope does not allow the repository.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.memory.code.resolve import Resolver, stem_of
from forgecrew.memory.code.sources import is_test
from forgecrew.store.queries import code_asking, code_names
from forgecrew.store.queries.code_asking import Branch
from forgecrew.store.queries.code_names import Definition, Use


@dataclass(frozen=True, slots=True)
class Import:
    """What a file imports as it names it, and the files of the repository that this is; none for what is from outside."""

    name: str
    paths: tuple[str, ...]


async def symbols(
    connection: AsyncConnection, scope: Scope, repo: RepoRef, name: str, *, ref: str = "", limit: int = 50
) -> list[Definition]:
    """All definitions of a name (`save`, `Store.save`): those of the product before those of tests."""
    of = await code_asking.branch(connection, scope, str(repo), ref)
    found = await code_names.defined(connection, of, name, limit=200) if of else []
    return sorted(found, key=lambda one: (is_test(one.path), one.qualname != name, one.path, one.start_line))[:limit]


async def definition(
    connection: AsyncConnection, scope: Scope, repo: RepoRef, name: str, *, ref: str = ""
) -> Definition | None:
    """The likeliest definition of a name."""
    found = await symbols(connection, scope, repo, name, ref=ref, limit=1)
    return found[0] if found else None


async def symbols_in(connection: AsyncConnection, scope: Scope, repo: RepoRef, path: str, *, ref: str = "") -> list[Definition]:
    """What a file defines, in order."""
    of = await code_asking.branch(connection, scope, str(repo), ref)
    return await code_names.inside(connection, of, path) if of else []


async def calls(
    connection: AsyncConnection, scope: Scope, repo: RepoRef, name: str, *, ref: str = "", limit: int = 100
) -> list[Use]:
    """Files that call something of this name."""
    of = await code_asking.branch(connection, scope, str(repo), ref)
    return await code_names.used(connection, of, "calls", name.rpartition(".")[2], limit=limit) if of else []


async def references(
    connection: AsyncConnection, scope: Scope, repo: RepoRef, name: str, *, ref: str = "", limit: int = 100
) -> list[Use]:
    """Files that call, extend or import something of this name."""
    of = await code_asking.branch(connection, scope, str(repo), ref)
    if of is None:
        return []
    tail = name.rpartition(".")[2]
    found = [use for kind in ("calls", "extends") for use in await code_names.used(connection, of, kind, tail, limit=limit)]
    imports = await code_names.importing(connection, of, [tail])
    found += [use for use in imports if tail in _parts(use.name)]
    return found[:limit]


async def imports(connection: AsyncConnection, scope: Scope, repo: RepoRef, path: str, *, ref: str = "") -> list[Import]:
    """What a file imports."""
    of = await code_asking.branch(connection, scope, str(repo), ref)
    if of is None:
        return []
    names = await code_names.imported_by_file(connection, of, path)
    resolver = Resolver(await code_asking.paths(connection, of))
    return [Import(name, resolver.paths(path, name)) for name in names]


async def importers(connection: AsyncConnection, scope: Scope, repo: RepoRef, path: str, *, ref: str = "") -> list[str]:
    """Files that import a file."""
    of = await code_asking.branch(connection, scope, str(repo), ref)
    return await importers_in(connection, of, path, await code_asking.paths(connection, of)) if of else []


async def importers_in(connection: AsyncConnection, of: Branch, path: str, paths: Sequence[str]) -> list[str]:
    """Files of a branch that import a file; `paths` are all of the branch."""
    resolver = Resolver(paths)
    found = await code_names.importing(connection, of, stem_of(path))
    return sorted({use.path for use in found if use.path != path and path in resolver.paths(use.path, use.name)})


def _parts(name: str) -> set[str]:
    for mark in "/:{},;\"'":
        name = name.replace(mark, ".")
    return {part.strip() for part in name.replace(" ", ".").split(".")}
