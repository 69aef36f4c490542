"""Keeping the trees of indexed branches: begun, moved to a commit, changed, dropped."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.queries.inserting import insert_unless_there
from forgecrew.store.tables.code_repo import code_ref as table
from forgecrew.store.tables.code_repo import code_tree

_SOME = 400


async def begin(connection: AsyncConnection, repo_id: int, ref: str, *, now: datetime) -> int:
    """The id of a branch, made where it is new: then at no commit, with an empty tree."""
    values = {"repo_id": repo_id, "ref": ref, "commit_sha": "", "indexed_version": 0, "at": now}
    await connection.execute(insert_unless_there(table), values)
    query = sa.select(table.c.id).where(table.c.repo_id == repo_id, table.c.ref == ref)
    return (await connection.execute(query)).scalar_one()


async def move(connection: AsyncConnection, ref_id: int, *, before: str, commit: str, version: int, now: datetime) -> bool:
    """Note the commit that a branch's tree shows now; False when another process moved it meanwhile."""
    values = {"commit_sha": commit, "indexed_version": version, "at": now}
    statement = sa.update(table).where(table.c.id == ref_id, table.c.commit_sha == before).values(values)
    return bool((await connection.execute(statement)).rowcount)


async def copy_from(connection: AsyncConnection, ref_id: int, other_id: int) -> None:
    """Begin a tree as that of another branch."""
    chosen = sa.select(sa.literal(ref_id), code_tree.c.path, code_tree.c.blob_id).where(code_tree.c.ref_id == other_id)
    await clear(connection, ref_id)
    await connection.execute(sa.insert(code_tree).from_select(["ref_id", "path", "blob_id"], chosen))


async def clear(connection: AsyncConnection, ref_id: int) -> None:
    """Empty a tree."""
    await connection.execute(sa.delete(code_tree).where(code_tree.c.ref_id == ref_id))


async def change(
    connection: AsyncConnection, ref_id: int, put: Mapping[str, int], gone: Sequence[str], *, empty: bool = False
) -> None:
    """Put contents (ids by path) into a tree, and take paths out; nothing has to be taken out of an `empty` one."""
    both = [] if empty else [*put, *gone]
    for start in range(0, len(both), _SOME):
        some = code_tree.c.path.in_(both[start : start + _SOME])
        await connection.execute(sa.delete(code_tree).where(code_tree.c.ref_id == ref_id, some))
    if put:
        rows = [{"ref_id": ref_id, "path": path, "blob_id": blob_id} for path, blob_id in put.items()]
        await connection.execute(sa.insert(code_tree), rows)


async def drop(connection: AsyncConnection, ref_ids: Sequence[int]) -> None:
    """Remove branches that are gone."""
    if not ref_ids:
        return
    await connection.execute(sa.delete(code_tree).where(code_tree.c.ref_id.in_(ref_ids)))
    await connection.execute(sa.delete(table).where(table.c.id.in_(ref_ids)))
