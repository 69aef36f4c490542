"""What was so at a moment: labels, assignees, state, milestone, verdicts, whether a file or branch was there."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.store.queries import entities, relations
from forgecrew.store.queries.relations import Relation

KINDS = ("state", "labelled", "assigned", "milestone", "review_asked_of", "approved_by", "changes_asked_by")
_MANY = 1_000


async def held(
    connection: AsyncConnection, scope: Scope, kind: str, key: str, *, kinds: tuple[str, ...] = KINDS,
    at: datetime | None = None, known_at: datetime | None = None,
) -> list[Relation]:  # fmt: skip
    """What held of an entity at a moment (now when None), as far as it was known at another (now when None)."""
    entity = await entities.find(connection, scope, kind, key)
    if entity is None:
        return []
    return await relations.of(connection, scope, entity.id, kinds=kinds, at=at, known_at=known_at, limit=_MANY)


async def thread_at(
    connection: AsyncConnection, scope: Scope, repo: RepoRef, number: int, at: datetime | None = None,
    *, known_at: datetime | None = None,
) -> dict[str, list[str]]:  # fmt: skip
    """State, labels, assignees, milestone and verdicts of an issue or pull request: names per kind, sorted."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for one in await held(connection, scope, "issue", f"{repo}#{number}", at=at, known_at=known_at):
        found[one.kind].append(one.other_name)
    return {kind: sorted(names) for kind, names in found.items()}


async def file_was_there(
    connection: AsyncConnection, scope: Scope, repo: RepoRef, path: str, at: datetime | None = None
) -> bool:
    """Whether a file was on the default branch."""
    return bool(await held(connection, scope, "file", f"{repo}:{path}", kinds=("exists_in",), at=at))
