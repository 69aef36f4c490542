"""Repositories whose code is due to be indexed: taken by one process, then done or tried again later."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.store.queries.code_repos import CodeRepo, from_row
from forgecrew.store.tables.code_repo import code_repo as table
from forgecrew.store.tables.event import event


def _due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        sa.or_(table.c.indexed_at.is_(None), table.c.indexed_at < table.c.wanted_at),
        sa.or_(table.c.busy_until.is_(None), table.c.busy_until < now),
        sa.or_(table.c.not_before.is_(None), table.c.not_before <= now),
    )


async def any_due(connection: AsyncConnection, *, now: datetime) -> bool:
    """Whether `take` would find one: asked often, and without writing."""
    return (await connection.execute(sa.select(table.c.id).where(*_due(now)).limit(1))).first() is not None


async def take(connection: AsyncConnection, *, now: datetime, until: datetime) -> CodeRepo | None:
    """The repository that has been due longest, taken until a moment; None when none is due."""
    due = _due(now)
    first = sa.select(table.c.id).where(*due).order_by(table.c.wanted_at).limit(1).scalar_subquery()
    statement = sa.update(table).where(table.c.id == first, *due).values(busy_until=until).returning(table)
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else from_row(row)


async def done(connection: AsyncConnection, repo_id: int, *, wanted_at: datetime) -> None:
    """A repository was indexed as it was wanted at a moment; what is wanted since then is still due."""
    values: Json = {"indexed_at": wanted_at, "busy_until": None, "not_before": None, "problem": None}
    await connection.execute(sa.update(table).where(table.c.id == repo_id).values(values))


async def failed(connection: AsyncConnection, taken: CodeRepo, problem: str, *, not_before: datetime) -> None:
    """It could not be indexed; it is tried again later."""
    values = {"busy_until": None, "not_before": not_before, "problem": problem[:2_000]}
    await connection.execute(sa.update(table).where(table.c.id == taken.id).values(values))


async def pushes_since(connection: AsyncConnection, event_id: str, *, limit: int) -> Sequence[Any]:
    """Id, repo, label and payload of pushes that were stored after an event, in order."""
    columns = (event.c.id, event.c.repo, event.c.label, event.c.payload)
    query = sa.select(*columns).where(event.c.id > event_id, event.c.kind == "push").order_by(event.c.id).limit(limit)
    return (await connection.execute(query)).all()
