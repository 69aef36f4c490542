"""What commands used: the last runs of one shape in one repository."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.command_use import CommandUse, remembered
from forgecrew.core.moment import utc_now
from forgecrew.store.queries.inserting import put
from forgecrew.store.queries.locks import take_turn
from forgecrew.store.tables.command_use import command_use as table

SHAPES_MAX = 300
"""Shapes of one repository that are kept, those used last."""


async def recent(connection: AsyncConnection, repo: str, shape: str) -> list[CommandUse]:
    """The last runs, oldest first."""
    query = sa.select(table.c.recent).where(table.c.repo == repo, table.c.shape == shape)
    return [CommandUse(*row) for row in (await connection.execute(query)).scalar_one_or_none() or ()]


async def add(connection: AsyncConnection, repo: str, shape: str, uses: Sequence[CommandUse]) -> list[CommandUse]:
    """Remember runs; gives the last runs with those of other workers."""
    await take_turn(connection, f"command_use {repo}")
    query = sa.select(table.c.runs).where(table.c.repo == repo, table.c.shape == shape)
    runs = (await connection.execute(query)).scalar_one_or_none() or 0
    kept = remembered(await recent(connection, repo, shape), uses)
    rows = [[one.profile, one.reason, one.memory_bytes, one.wall_seconds, one.cpu_seconds] for one in kept]
    values: dict[str, Any] = {"repo": repo, "shape": shape, "runs": runs + len(uses), "recent": rows, "at": utc_now()}
    await put(connection, table, values)
    if not runs:
        await _prune(connection, repo)
    return kept


async def _prune(connection: AsyncConnection, repo: str) -> None:
    newest = sa.select(table.c.shape).where(table.c.repo == repo).order_by(table.c.at.desc(), table.c.shape).limit(SHAPES_MAX)
    await connection.execute(sa.delete(table).where(table.c.repo == repo, table.c.shape.not_in(newest)))
