"""Facts: one thing said about an entity; superseded or closed, never changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.core.scope import Scope
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.event import event
from forgecrew.store.tables.fact import fact as table


async def live(connection: AsyncConnection, subject_id: int, extractor: str) -> Sequence[Any]:
    """Rows about a subject that nothing superseded."""
    where = (table.c.subject_id == subject_id, table.c.extractor == extractor, table.c.superseded_at.is_(None))
    return (await connection.execute(sa.select(table).where(*where).order_by(table.c.id))).all()


async def supersede(connection: AsyncConnection, old: Sequence[int], row: Json, *, now: datetime) -> int:
    """Let a new row take the place of old ones; gives its id."""
    await connection.execute(sa.update(table).where(table.c.id.in_(old)).values(superseded_at=now))
    new: int = (await connection.execute(sa.insert(table).values(row).returning(table.c.id))).scalar_one()
    await connection.execute(sa.update(table).where(table.c.id.in_(old)).values(superseded_by=new))
    return new


async def close(connection: AsyncConnection, ids: Sequence[int], *, at: datetime) -> None:
    """They held until then."""
    await connection.execute(sa.update(table).where(table.c.id.in_(ids)).values(valid_to=at))


async def told_later(connection: AsyncConnection, source_key: str, at: datetime) -> bool:
    """Whether something was told of a place after that moment."""
    query = sa.select(chunk.c.id).where(chunk.c.source_key == source_key[:300], chunk.c.told_at > at).limit(1)
    return (await connection.execute(query)).first() is not None


async def pages(connection: AsyncConnection, scope: Scope, repo: str, extractor: str, *, now: datetime) -> Sequence[Any]:
    """What holds now of one repository: subject's name, predicate, text, times, and the payload of the event that told it."""
    holds = sa.or_(table.c.valid_to.is_(None), table.c.valid_to > now)
    query = (
        sa.select(entity.c.name, table, event.c.payload)
        .join(entity, entity.c.id == table.c.subject_id)
        .outerjoin(event, event.c.id == table.c.event_id)
        .where(table.c.repo == repo, table.c.extractor == extractor, table.c.superseded_at.is_(None), holds)
        .where(visible(table, scope))
    )
    return (await connection.execute(query.order_by(entity.c.name))).all()


async def plain_pages(connection: AsyncConnection, extractor: str) -> list[tuple[str, str]]:
    """Repository and text of pages whose front matter told no kind."""
    where = (table.c.extractor == extractor, table.c.predicate == "note", table.c.superseded_at.is_(None))
    query = sa.select(entity.c.key, table.c.object_text).join(entity, entity.c.id == table.c.subject_id).where(*where)
    return [(row.key, row.object_text) for row in await connection.execute(query)]
