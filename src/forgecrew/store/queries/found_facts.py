"""Facts that a model found: rows kept, marked and taken back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.store.tables.fact import fact


async def earlier(
    connection: AsyncConnection, repo: str, readers: str, prefix: str, *, said_by: tuple[str, int], limit: int
) -> Sequence[Any]:  # fmt: skip
    """What holds in a repository and a new fact of an author could end: said by the author or with such a standing."""
    author, standing_min = said_by
    said = sa.or_(fact.c.standing >= standing_min, sa.func.lower(fact.c.author) == author.lower())
    where = (fact.c.repo == repo, fact.c.readers == readers, fact.c.extractor.startswith(prefix, autoescape=True), said)
    query = sa.select(fact.c.subject_id, fact.c.predicate, fact.c.object_text).where(*where, fact.c.superseded_at.is_(None))
    return (await connection.execute(query.order_by(fact.c.id.desc()).limit(limit))).all()


async def of_subject(connection: AsyncConnection, subject_id: int, repo: str, prefix: str) -> Sequence[Any]:
    """All that was ever found about a subject in one repository."""
    where = (fact.c.subject_id == subject_id, fact.c.repo == repo, fact.c.extractor.startswith(prefix, autoescape=True))
    return (await connection.execute(sa.select(fact).where(*where).order_by(fact.c.id))).all()


async def of_texts(connection: AsyncConnection, chunk_ids: Collection[int], prefix: str) -> Sequence[Any]:
    """All that was ever found in some texts."""
    found = fact.c.chunk_id.in_(sorted(chunk_ids))
    return (await connection.execute(sa.select(fact).where(found, fact.c.extractor.startswith(prefix, autoescape=True)))).all()


async def of_event(connection: AsyncConnection, event_id: str, extractor: str) -> int:
    """How many were found in the texts of one event."""
    where = (fact.c.event_id == event_id, fact.c.extractor == extractor)
    return int((await connection.execute(sa.select(sa.func.count()).select_from(fact).where(*where))).scalar_one())


async def of_author(connection: AsyncConnection, author: str, prefix: str, *, since: datetime) -> int:
    """How many were found in somebody's words since a moment."""
    where = (sa.func.lower(fact.c.author) == author.lower(), fact.c.recorded_at > since,
             fact.c.extractor.startswith(prefix, autoescape=True))  # fmt: skip
    return int((await connection.execute(sa.select(sa.func.count()).select_from(fact).where(*where))).scalar_one())


async def add(connection: AsyncConnection, row: Json) -> None:
    """Keep one."""
    await connection.execute(sa.insert(fact).values(row))


async def mark(
    connection: AsyncConnection, fact_id: int, until: datetime | None, superseded_at: datetime | None, by: int | None
) -> None:
    """What became of one."""
    values: Json = {"valid_to": until, "superseded_at": superseded_at, "superseded_by": by}
    await connection.execute(sa.update(fact).where(fact.c.id == fact_id).values(values))


async def orphaned(connection: AsyncConnection, prefix: str) -> Sequence[tuple[int, str]]:
    """(subject, repo) of facts whose successor is gone."""
    other = fact.alias()
    alone = ~sa.exists().where(other.c.id == fact.c.superseded_by)
    where = (fact.c.superseded_by.is_not(None), fact.c.extractor.startswith(prefix, autoescape=True), alone)
    rows = await connection.execute(sa.select(fact.c.subject_id, fact.c.repo).where(*where).distinct())
    return [(row.subject_id, row.repo) for row in rows]


async def drop(connection: AsyncConnection, extractor: str) -> int:
    """Take back all that one version found."""
    return (await connection.execute(sa.delete(fact).where(fact.c.extractor == extractor))).rowcount


async def versions(connection: AsyncConnection, prefix: str) -> Sequence[Any]:
    """Rows of version, how many facts there are and how many of them hold."""
    holds = sa.func.sum(sa.case((sa.and_(fact.c.superseded_at.is_(None), fact.c.valid_to.is_(None)), 1), else_=0))
    query = sa.select(fact.c.extractor, sa.func.count().label("facts"), holds.label("hold"))
    where = fact.c.extractor.startswith(prefix, autoescape=True)
    return (await connection.execute(query.where(where).group_by(fact.c.extractor).order_by(fact.c.extractor))).all()
