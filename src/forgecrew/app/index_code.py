"""The index of code: the part of `work` that keeps it, and the same for people at a shell."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from forgecrew.app.connect_code import code_host, code_trees
from forgecrew.app.connect_forge import forge_as
from forgecrew.app.fill_memory import repo_named
from forgecrew.app.load_settings import load_settings
from forgecrew.app.prepare_database import prepare_database
from forgecrew.app.read_secrets import ReadSecrets, load_read_secrets
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError, RefusedError
from forgecrew.core.moment import utc_now
from forgecrew.core.repo import Repo
from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.kernel.code_indexing import CodeIndexing
from forgecrew.memory.code.index import CodeIndex
from forgecrew.store.database import Database


def code_indexing(settings: Settings, secrets: ReadSecrets, database: Database) -> CodeIndexing:
    """What keeps the index: repositories are seen by the first account that may read them."""
    mirrors = code_host(settings.home, list(secrets.tokens.items()))

    async def visit(repo: RepoRef) -> Repo:
        refusal: RefusedError | None = None
        for token in secrets.tokens.values():
            forge = forge_as(settings, token)
            try:
                shown = await forge.repositories.repo(repo)
                await mirrors.refresh(repo, shown.clone_url)
                return shown
            except RefusedError as error:
                refusal = error
            finally:
                await forge.close()
        raise refusal or ConfigError("no account of the crew has a read token: run `forgecrew init` again")

    return CodeIndexing(database, CodeIndex(database, code_trees(settings.home)), visit)


async def index(home: Path, *, repo: str, tell: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Index a repository's own branch now; `tell` hears of the progress. Raises ConfigError, RefusedError, ForgeUnavailable."""
    from forgecrew.store.queries import code_repos

    ref, settings = repo_named(repo), load_settings(home)
    secrets = load_read_secrets(settings.home)
    await prepare_database(settings)
    database = Database(settings.database_url, pool_size=2)
    try:
        indexing = code_indexing(settings, secrets, database)
        async with database.write() as connection:
            wanted = await code_repos.want(connection, str(ref), readers=f"repo:{ref}", branch="", now=utc_now())
        return asdict(await indexing.one(ref, wanted, lambda done: tell(asdict(done))))
    finally:
        await database.close()


async def symbols(home: Path, *, name: str, repo: str) -> list[dict[str, Any]]:
    """Where a name is defined, in one repository or in all: for whoever may read the database anyway."""
    from forgecrew.memory.code.ask import symbols as defined
    from forgecrew.store.queries import code_asking

    settings = load_settings(home)
    await prepare_database(settings)
    database = Database(settings.database_url, pool_size=1)
    try:
        async with database.read() as connection:
            everything = await code_asking.all_repos(connection)
            scope = Scope.of_repos(everything)
            named: Sequence[str] = [str(repo_named(repo))] if repo else await code_asking.repos(connection, scope)
            found: list[dict[str, Any]] = []
            for one in named:
                for symbol in await defined(connection, scope, RepoRef.parse(one), name):
                    found.append({"repo": one, **asdict(symbol)})
            return found
    finally:
        await database.close()
