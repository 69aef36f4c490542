"""Pages of memory that agents proposed, whatever became of them: nothing is proposed twice."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.tables.intent import intent

KIND = "propose_page"


@dataclass(frozen=True, slots=True)
class ProposedPage:
    """One of them."""

    task_id: int
    path: str
    body: str
    at: datetime


async def proposed(connection: AsyncConnection, repo: str, *, limit: int = 200) -> list[ProposedPage]:
    """Those of one repository, newest first."""
    query = sa.select(intent.c.task_id, intent.c.arguments, intent.c.created_at).where(
        intent.c.kind == KIND, intent.c.repo == repo
    )  # fmt: skip
    rows = await connection.execute(query.order_by(intent.c.created_at.desc()).limit(limit))
    return [
        ProposedPage(row.task_id, str(row.arguments.get("path")), str(row.arguments.get("body")), row.created_at)
        for row in rows
    ]  # fmt: skip
