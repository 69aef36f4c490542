"""The part of `work` that keeps the index of code: how it sees repositories."""

from forgecrew.app.connect_code import code_host, code_trees
from forgecrew.app.connect_forge import forge_as
from forgecrew.app.read_secrets import ReadSecrets
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError, RefusedError
from forgecrew.core.repo import Repo
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
