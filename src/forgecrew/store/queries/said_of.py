"""What was said of one entity until a moment, and where it comes from: facts, texts, the events that told relations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.store.queries.chunks import COLUMNS, Chunk, from_row
from forgecrew.store.queries.recall_facts import still_said
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.chunk import chunk, mention
from forgecrew.store.tables.event import event
from forgecrew.store.tables.fact import fact


@dataclass(frozen=True, slots=True)
class Source:
    """The event that told something: where on the forge, who and when."""

    kind: str
    actor: str
    repo: str
    subject_kind: str
    number: int
    comment_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing said about an entity, with its quote."""

    id: int
    predicate: str
    text: str
    valid_from: datetime
    valid_to: datetime | None
    event_id: str
    quote: str
    confidence: float
    integrity: int
    author: str = ""
    model: str = ""
    source_key: str = ""
    url: str = ""


async def facts(
    connection: AsyncConnection, scope: Scope, entity_id: int, *, at: datetime | None = None, limit: int = 20
) -> list[Fact]:
    """Facts that held at a moment (hold now when None), the newest first."""
    then = sa.and_(fact.c.superseded_at.is_(None), fact.c.valid_to.is_(None), still_said())
    if at is not None:
        # What a model found and something newer ended held until then; a page that was edited never said the old words.
        held = sa.or_(fact.c.superseded_at.is_(None), sa.and_(fact.c.chunk_id.is_not(None), fact.c.valid_to.is_not(None)))
        then = sa.and_(held, fact.c.valid_from <= at, sa.or_(fact.c.valid_to.is_(None), fact.c.valid_to > at))
    columns = (fact.c.id, fact.c.predicate, fact.c.object_text, fact.c.valid_from, fact.c.valid_to, fact.c.event_id)
    who = (fact.c.author, fact.c.model, fact.c.source_key)
    query = sa.select(*columns, fact.c.quote, fact.c.confidence, fact.c.integrity, *who).where(
        fact.c.subject_id == entity_id, then, visible(fact, scope)
    )
    query = query.order_by(fact.c.valid_from.desc(), fact.c.id.desc()).limit(limit)
    return [Fact(*row) for row in await connection.execute(query)]


async def texts(
    connection: AsyncConnection, scope: Scope, entity_id: int, *, naming: bool = False, at: datetime | None = None,
    limit: int = 6,
) -> list[Chunk]:  # fmt: skip
    """Live texts about an entity, or that name it without being about it, until a moment.

    What opened a thread comes first, then the newest.
    """
    named = sa.select(mention.c.chunk_id).where(mention.c.entity_id == entity_id)
    which = sa.and_(chunk.c.id.in_(named), chunk.c.entity_id != entity_id) if naming else chunk.c.entity_id == entity_id
    query = sa.select(*COLUMNS).where(
        which, chunk.c.live, chunk.c.text != "", chunk.c.provenance != "recalled", visible(chunk, scope)
    )
    if at is not None:
        query = query.where(chunk.c.at <= at)
    first = sa.case((chunk.c.source_key.endswith("/body"), 0), else_=1)
    return [
        from_row(row) for row in await connection.execute(query.order_by(first, chunk.c.at.desc(), chunk.c.seq).limit(limit))
    ]


async def sources(connection: AsyncConnection, event_ids: Sequence[str]) -> dict[str, Source]:
    """The events behind relations and facts that were found inside a scope; runs are none."""
    columns = (event.c.kind, event.c.actor, event.c.repo, event.c.subject_kind, event.c.subject_number, event.c.comment_id)
    query = sa.select(event.c.id, *columns, event.c.occurred_at).where(event.c.id.in_(set(event_ids)))
    return {row.id: Source(*row[1:]) for row in await connection.execute(query)}
