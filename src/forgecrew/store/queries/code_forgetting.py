"""Removing a repository from the index of code, and contents that no branch holds any more."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.queries import code_commits, code_tree_keeping
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.code_blob import blob_reference, blob_symbol, code_blob, code_text
from forgecrew.store.tables.code_commit import code_commit
from forgecrew.store.tables.code_repo import code_ref, code_repo, code_tree
from forgecrew.store.tables.vector import embedding_queue, vector

_SOME = 400


async def forget_repo(connection: AsyncConnection, repo: str) -> dict[str, int]:
    """Remove all of a repository; contents that others hold too stay for them. Rows removed, by table."""
    repo_id = (await connection.execute(sa.select(code_repo.c.id).where(code_repo.c.repo == repo))).scalar_one_or_none()
    if repo_id is None:
        return {}
    ref_ids = list((await connection.execute(sa.select(code_ref.c.id).where(code_ref.c.repo_id == repo_id))).scalars())
    held = sa.select(code_tree.c.blob_id).where(code_tree.c.ref_id.in_(ref_ids)).distinct()
    blob_ids = list((await connection.execute(held)).scalars())
    await code_tree_keeping.drop(connection, ref_ids)
    await code_commits.remove_all(connection, repo_id)
    await connection.execute(sa.delete(code_repo).where(code_repo.c.id == repo_id))
    # Contents of branches that are gone belong to nobody who can be named: they go as well.
    return {"code_repo": 1, "code_blob": await prune(connection, before=None, also=blob_ids)}


async def forget_author(connection: AsyncConnection, key: str) -> dict[str, int]:
    """Take a person's name and address (one of them in lower case, as told) out of commits; how many those are."""
    table = code_commit
    named = sa.or_(sa.func.lower(table.c.email) == key, sa.func.lower(table.c.author) == key)
    changed = (await connection.execute(sa.update(table).where(named).values(author="", email=""))).rowcount
    return {"code_commit": changed} if changed else {}


async def prune(connection: AsyncConnection, *, before: datetime | None, also: Sequence[int] = ()) -> int:
    """Remove contents in no tree that were read before a moment (all of them when None); gives how many."""
    loose = ~sa.exists().where(code_tree.c.blob_id == code_blob.c.id)
    query = sa.select(code_blob.c.id).where(loose)
    if before is not None:
        query = query.where(sa.or_(code_blob.c.at < before, code_blob.c.id.in_(also)))
    gone = list((await connection.execute(query)).scalars())
    for start in range(0, len(gone), _SOME):
        await _remove(connection, gone[start : start + _SOME])
    return len(gone)


async def _remove(connection: AsyncConnection, blob_ids: Sequence[int]) -> None:
    query = sa.select(blob_symbol.c.text_hash).where(blob_symbol.c.blob_id.in_(blob_ids), blob_symbol.c.text_hash != "")
    hashes = sorted(set((await connection.execute(query)).scalars()))
    for table in (blob_symbol, blob_reference):
        await connection.execute(sa.delete(table).where(table.c.blob_id.in_(blob_ids)))
    await connection.execute(sa.delete(code_blob).where(code_blob.c.id.in_(blob_ids)))
    for start in range(0, len(hashes), _SOME):
        some = hashes[start : start + _SOME]
        used = set(
            (await connection.execute(sa.select(blob_symbol.c.text_hash).where(blob_symbol.c.text_hash.in_(some)))).scalars()
        )
        gone = [one for one in some if one not in used]
        await connection.execute(sa.delete(code_text).where(code_text.c.text_hash.in_(gone)))
        said = set((await connection.execute(sa.select(chunk.c.text_hash).where(chunk.c.text_hash.in_(gone)))).scalars())
        for table in (vector, embedding_queue):
            loose = [one for one in gone if one not in said]
            await connection.execute(sa.delete(table).where(table.c.text_hash.in_(loose)))
