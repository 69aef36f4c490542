"""Facts that a model found: the texts that it may read, rows kept, marked and taken back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.store.tables.chunk import chunk, mention
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.fact import fact

KINDS = ("issue", "pull", "comment", "review")
"""What people say to each other; pages, documents and commits are read without a model."""


async def sources(connection: AsyncConnection, *, after: int, but: Collection[str], limit: int) -> Sequence[Any]:
    """Live texts that people said, by id: none of the crew (`but`, in lower case), of robots, or secret."""
    said = (
        chunk.c.id > after, chunk.c.live, chunk.c.provenance == "said", chunk.c.kind.in_(KINDS), chunk.c.text != "",
        chunk.c.author != "", ~chunk.c.author.endswith("[bot]", autoescape=True), chunk.c.readers != "secret",
        sa.func.lower(chunk.c.author).not_in(sorted(but)),
    )  # fmt: skip
    return (await connection.execute(sa.select(chunk).where(*said).order_by(chunk.c.id).limit(limit))).all()


async def source(connection: AsyncConnection, chunk_id: int) -> Any:
    """One of them; None when it is gone or not live any more."""
    return (await connection.execute(sa.select(chunk).where(chunk.c.id == chunk_id, chunk.c.live))).one_or_none()


async def is_live(connection: AsyncConnection, chunk_id: int) -> bool:
    """Whether a text still stands there."""
    return await source(connection, chunk_id) is not None


async def topics(connection: AsyncConnection, repo: str, readers: str, prefix: str, *, limit: int) -> list[str]:
    """Topics that facts of a repository have, the newest first."""
    where = (fact.c.repo == repo, fact.c.readers == readers, fact.c.extractor.startswith(prefix, autoescape=True))
    query = sa.select(fact.c.predicate, sa.func.max(fact.c.id)).where(*where, fact.c.superseded_at.is_(None))
    rows = await connection.execute(query.group_by(fact.c.predicate).order_by(sa.func.max(fact.c.id).desc()).limit(limit))
    return [topic for row in rows if (topic := row.predicate.partition(":")[2])]


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


async def strayed(connection: AsyncConnection, prefix: str, *, limit: int) -> Sequence[Any]:
    """Facts that hold although their text does not stand there any more."""
    query = sa.select(fact).join(chunk, chunk.c.id == fact.c.chunk_id).where(
        ~chunk.c.live, fact.c.superseded_at.is_(None), fact.c.valid_to.is_(None),
        fact.c.extractor.startswith(prefix, autoescape=True),
    )  # fmt: skip
    return (await connection.execute(query.limit(limit))).all()


async def back_again(connection: AsyncConnection, prefix: str, *, limit: int) -> Sequence[Any]:
    """Facts that ended with their text, which stands there again."""
    query = sa.select(fact).join(chunk, chunk.c.id == fact.c.chunk_id).where(
        chunk.c.live, fact.c.superseded_at.is_(None), fact.c.valid_to.is_not(None),
        fact.c.extractor.startswith(prefix, autoescape=True),
    )  # fmt: skip
    return (await connection.execute(query.limit(limit))).all()


async def standing_at(connection: AsyncConnection, source_key: str) -> Sequence[Any]:
    """The pieces of what stands at a place now; one empty piece when nothing does."""
    where = (chunk.c.source_key == source_key, chunk.c.live)
    return (await connection.execute(sa.select(chunk.c.id, chunk.c.text, chunk.c.told_at).where(*where))).all()


async def move(connection: AsyncConnection, fact_id: int, chunk_id: int) -> None:
    """It stands in another version of its text."""
    await connection.execute(sa.update(fact).where(fact.c.id == fact_id).values(chunk_id=chunk_id))


async def end(connection: AsyncConnection, fact_id: int, at: datetime | None) -> None:
    """It held until then; None lets it hold again."""
    await connection.execute(sa.update(fact).where(fact.c.id == fact_id).values(valid_to=at))


async def by_keys(connection: AsyncConnection, keys: Sequence[tuple[str, str]]) -> list[int]:
    """Ids of those entities that are known."""
    pair = sa.tuple_(entity.c.kind, entity.c.key).in_(list(keys))
    return list((await connection.execute(sa.select(entity.c.id).where(pair).order_by(entity.c.id))).scalars())


async def named_in(connection: AsyncConnection, chunk_id: int) -> Sequence[Any]:
    """Id, kind, key and name of what a text names."""
    query = sa.select(entity.c.id, entity.c.kind, entity.c.key, entity.c.name).join(mention, mention.c.entity_id == entity.c.id)
    return (await connection.execute(query.where(mention.c.chunk_id == chunk_id).order_by(entity.c.id))).all()
