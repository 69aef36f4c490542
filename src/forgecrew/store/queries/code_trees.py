"""Branches of indexed repositories, and which content stands at which path of them."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.tables.code_blob import code_blob
from forgecrew.store.tables.code_repo import code_ref as table
from forgecrew.store.tables.code_repo import code_tree


@dataclass(frozen=True, slots=True)
class IndexedRef:
    """A branch as it is indexed."""

    id: int
    ref: str
    commit: str
    version: int


async def refs(connection: AsyncConnection, repo_id: int) -> list[IndexedRef]:
    """The indexed branches of a repository, the newest first."""
    rows = await connection.execute(sa.select(table).where(table.c.repo_id == repo_id).order_by(table.c.at.desc()))
    return [IndexedRef(row.id, row.ref, row.commit_sha, row.indexed_version) for row in rows]


async def contents(connection: AsyncConnection, ref_id: int) -> dict[str, str]:
    """Hashes of contents by path: the tree as it is kept."""
    query = sa.select(code_tree.c.path, code_blob.c.sha).join(code_blob, code_blob.c.id == code_tree.c.blob_id)
    return {row.path: row.sha for row in await connection.execute(query.where(code_tree.c.ref_id == ref_id))}
