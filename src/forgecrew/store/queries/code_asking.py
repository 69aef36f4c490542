"""Questions to the index of code, each bound to one branch of a repository that its asker may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.label import Integrity
from forgecrew.core.scope import Scope
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.code_blob import blob_symbol, code_blob
from forgecrew.store.tables.code_repo import code_ref, code_repo, code_tree


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch that may be asked: the numbers of its repository and of itself, its readers, since when it is at its commit."""

    repo_id: int
    repo: str
    ref_id: int
    ref: str
    commit: str
    readers: str
    at: datetime


async def branch(connection: AsyncConnection, scope: Scope, repo: str, ref: str = "") -> Branch | None:
    """The branch of a repository, its own when none is named; None when it is not indexed or the scope hides it.

    What was merged counts as merged; another branch may be by anybody.
    """
    query = (
        sa.select(code_repo, code_ref.c.id.label("ref_id"), code_ref.c.ref, code_ref.c.commit_sha, code_ref.c.at)
        .join(code_ref, code_ref.c.repo_id == code_repo.c.id)
        .where(code_repo.c.repo == repo, visible(code_repo, scope), code_ref.c.commit_sha != "")
        .where(code_ref.c.ref == (ref or code_repo.c.branch))
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    trusted = Integrity.MERGED if row.ref == row.branch else Integrity.STRANGER
    if trusted < scope.integrity_min:
        return None
    return Branch(row.id, repo, row.ref_id, row.ref, row.commit_sha, row.readers, row.at)


async def repos(connection: AsyncConnection, scope: Scope, *, limit: int) -> list[str]:
    """Repositories of the scope whose own branch is indexed, the last indexed first."""
    own = sa.and_(code_ref.c.repo_id == code_repo.c.id, code_ref.c.ref == code_repo.c.branch, code_ref.c.commit_sha != "")
    query = sa.select(code_repo.c.repo).join(code_ref, own).where(visible(code_repo, scope))
    return list((await connection.execute(query.order_by(code_ref.c.at.desc(), code_repo.c.id).limit(limit))).scalars())


async def paths(connection: AsyncConnection, of: Branch) -> list[str]:
    """All sources of a branch."""
    query = sa.select(code_tree.c.path).where(code_tree.c.ref_id == of.ref_id).order_by(code_tree.c.path)
    return list((await connection.execute(query)).scalars())


async def contents(connection: AsyncConnection, of: Branch) -> dict[str, int]:
    """Ids of contents by path."""
    query = sa.select(code_tree.c.path, code_tree.c.blob_id).where(code_tree.c.ref_id == of.ref_id).order_by(code_tree.c.path)
    return {row.path: row.blob_id for row in await connection.execute(query)}


async def words_of(connection: AsyncConnection, blob_ids: Sequence[int]) -> dict[int, bytes]:
    """Packed words of contents by id; ids come out of `contents`."""
    found: dict[int, bytes] = {}
    for start in range(0, len(blob_ids), 400):
        query = sa.select(code_blob.c.id, code_blob.c.words).where(code_blob.c.id.in_(blob_ids[start : start + 400]))
        found |= {row.id: row.words for row in await connection.execute(query)}
    return found


async def symbols_of(connection: AsyncConnection, blob_ids: Sequence[int]) -> dict[int, list[Any]]:
    """Rows of symbols of contents by id, in order."""
    found: dict[int, list[Any]] = {}
    for start in range(0, len(blob_ids), 400):
        query = sa.select(blob_symbol).where(blob_symbol.c.blob_id.in_(blob_ids[start : start + 400]))
        for row in await connection.execute(query.order_by(blob_symbol.c.blob_id, blob_symbol.c.seq)):
            found.setdefault(row.blob_id, []).append(row)
    return found
