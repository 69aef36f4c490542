"""Who may write to a repository, asked of the forge by the first account of the crew that may ask."""

from collections.abc import Callable, Collection

from forgecrew.core.errors import NotFound, RefusedError
from forgecrew.core.person import WRITERS
from forgecrew.core.subject import RepoRef
from forgecrew.ports.forge import Forge


async def may_write(forge_of: Callable[[str], Forge], accounts: Collection[str], repo: str, login: str) -> bool:
    """Nobody may who is not known there. Raises ForgeUnavailable."""
    for account in accounts:
        try:
            return await forge_of(account).people.permission(RepoRef.parse(repo), login) in WRITERS
        except NotFound:
            return False
        except RefusedError:
            continue
    return False
