"""Commits of the indexed branch and the files that they changed, as the index keeps them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.code_tree import LoggedCommit
from forgecrew.store.queries.inserting import insert_unless_there
from forgecrew.store.tables.code_commit import code_commit as table
from forgecrew.store.tables.code_commit import code_touch

FILES_MAX = 300
"""A commit that touches more moves everything and tells nothing of any one file: its files are not kept."""
_SOME = 400


async def add(connection: AsyncConnection, repo_id: int, commits: Sequence[LoggedCommit]) -> int:
    """Keep commits; gives how many are new."""
    if not commits:
        return 0
    rows = [
        {"repo_id": repo_id, "sha": one.sha, "at": one.at, "author": one.author[:200].replace("\0", ""),
         "email": one.email.lower()[:200].replace("\0", ""), "subject": one.subject[:500], "files": len(one.files)}
        for one in commits
    ]  # fmt: skip
    statement = insert_unless_there(table).returning(table.c.id, table.c.sha)
    made = {row.sha: row.id for row in await connection.execute(statement, rows)}
    touches = [
        {"commit_id": made[one.sha], "path": file.path, "change": file.change, "old_path": file.old_path}
        for one in commits
        if one.sha in made and len(one.files) <= FILES_MAX
        for file in one.files
    ]
    if touches:
        await connection.execute(insert_unless_there(code_touch), touches)
    return len(made)


async def remove(connection: AsyncConnection, repo_id: int, shas: Sequence[str]) -> None:
    """Remove commits that the branch no longer holds."""
    for start in range(0, len(shas), _SOME):
        where = (table.c.repo_id == repo_id, table.c.sha.in_(shas[start : start + _SOME]))
        ids = sa.select(table.c.id).where(*where)
        await connection.execute(sa.delete(code_touch).where(code_touch.c.commit_id.in_(ids)))
        await connection.execute(sa.delete(table).where(*where))


async def remove_all(connection: AsyncConnection, repo_id: int) -> None:
    """Remove all commits of a repository."""
    ids = sa.select(table.c.id).where(table.c.repo_id == repo_id)
    await connection.execute(sa.delete(code_touch).where(code_touch.c.commit_id.in_(ids)))
    await connection.execute(sa.delete(table).where(table.c.repo_id == repo_id))
