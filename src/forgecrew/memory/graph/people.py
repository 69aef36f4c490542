"""Who knows a file: those who changed it, most changes and newest first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.store.queries import entities, graph


@dataclass(frozen=True, slots=True)
class Knower:
    """One person and how often and when last they changed the file."""

    name: str
    key: str
    changes: int
    last_at: datetime


async def who_knows(connection: AsyncConnection, scope: Scope, repo: RepoRef, path: str, *, limit: int = 5) -> list[Knower]:
    """People who changed a file; empty when memory knows no such file."""
    file = await entities.find(connection, scope, "file", f"{repo}:{path}")
    if file is None:
        return []
    rows = await graph.by_two_steps(connection, scope, file.id, through="touches", to="written_by", limit=limit)
    return [Knower(row.name, row.key, row.count, row.last_at) for row in rows]
