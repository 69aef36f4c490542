"""The index of code for people at a shell."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from forgecrew.app.opened import opened
from forgecrew.app.repo_named import repo_named
from forgecrew.core.moment import utc_now
from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.store.queries import code_repos


async def index(home: Path, *, repo: str, tell: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Index a repository's own branch now; `tell` hears of the progress. Raises ConfigError, RefusedError, ForgeUnavailable."""
    from forgecrew.app.index_code import code_indexing
    from forgecrew.app.load_settings import load_settings
    from forgecrew.app.prepare_database import prepare_database
    from forgecrew.app.read_secrets import load_read_secrets

    ref = repo_named(repo)
    await prepare_database(load_settings(home))
    async with opened(home) as (settings, database):
        indexing = code_indexing(settings, load_read_secrets(settings.home), database)
        async with database.write() as connection:
            wanted = await code_repos.want(connection, str(ref), readers=f"repo:{ref}", branch="", now=utc_now())
        return asdict(await indexing.one(ref, wanted, lambda done: tell(asdict(done))))


async def symbols(home: Path, *, name: str, repo: str) -> list[dict[str, Any]]:
    """Where a name is defined, in one repository or in all: for whoever may read the database anyway."""
    from forgecrew.memory.code.ask import symbols as defined

    async with opened(home) as (_, database), database.read() as connection:
        scope = Scope.of_repos(await code_repos.every(connection))
        named: Sequence[str] = [str(repo_named(repo))] if repo else await code_repos.readable(connection, scope)
        found: list[dict[str, Any]] = []
        for one in named:
            for symbol in await defined(connection, scope, RepoRef.parse(one), name):
                found.append({"repo": one, **asdict(symbol)})
        return found
