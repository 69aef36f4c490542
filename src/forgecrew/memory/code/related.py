"""What belongs to a file: what changes with it, its history through renames, and who knows it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.store.queries import code_asking, code_past
from forgecrew.store.queries.code_past import Change

RENAMES_MAX = 10


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
