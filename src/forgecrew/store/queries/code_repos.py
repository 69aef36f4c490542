"""Repositories whose code is indexed: wanted, described, listed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.core.scope import Scope
from forgecrew.store.queries.inserting import insert_unless_there
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.code_repo import code_ref
from forgecrew.store.tables.code_repo import code_repo as table


@dataclass(frozen=True, slots=True)
class CodeRepo:
    """One repository; `branch` is the one that its history is taken from."""

    id: int
    repo: str
    readers: str
    branch: str
    wanted_at: datetime
    problem: str | None


def from_row(row: Any) -> CodeRepo:
    """One row as the noun."""
    return CodeRepo(row.id, row.repo, row.readers, row.branch, row.wanted_at, row.problem)


async def want(connection: AsyncConnection, repo: str, *, readers: str, branch: str, now: datetime) -> CodeRepo:
    """Let a repository be indexed; an empty branch tells none."""
    values: Json = {"repo": repo, "readers": readers, "branch": branch, "wanted_at": now}
    await connection.execute(insert_unless_there(table), values)
    await connection.execute(sa.update(table).where(table.c.repo == repo).values(wanted_at=now, not_before=None))
    return await described(connection, repo, readers, branch)


async def described(connection: AsyncConnection, repo: str, readers: str, branch: str) -> CodeRepo:
    """What is told of its readers and its branch counts from now on; with another branch all is looked at anew.

    Its history is another one then.
    """
    other = sa.select(table.c.id).where(table.c.repo == repo, table.c.branch != (branch or table.c.branch))
    await connection.execute(sa.update(code_ref).where(code_ref.c.repo_id.in_(other)).values(indexed_version=-1))
    changed = {"readers": readers} | ({"branch": branch} if branch else {})
    statement = sa.update(table).where(table.c.repo == repo).values(changed).returning(table)
    return from_row((await connection.execute(statement)).one())


async def readable(connection: AsyncConnection, scope: Scope) -> list[str]:
    """Indexed repositories that the scope allows."""
    query = sa.select(table.c.repo).where(visible(table, scope)).order_by(table.c.repo)
    return list((await connection.execute(query)).scalars())


async def every(connection: AsyncConnection) -> list[str]:
    """All indexed repositories: for the operator, who reads the database anyway."""
    return list((await connection.execute(sa.select(table.c.repo))).scalars())
