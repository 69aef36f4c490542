"""What recall asks about what is named: commits by their beginnings, facts that hold, who wrote in a repository."""

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.store.queries.entities import Entity, from_row
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.chunk import chunk as table
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.fact import fact


async def commits_by_prefix(connection: AsyncConnection, scope: Scope, prefixes: Sequence[str]) -> list[Entity]:
    """Commits whose key (owner/name@sha) begins as given."""
    begins = sa.or_(*(entity.c.key.startswith(prefix, autoescape=True) for prefix in prefixes))
    query = sa.select(entity).where(entity.c.kind == "commit", begins, visible(entity, scope)).limit(20)
    return [from_row(row) for row in await connection.execute(query)]


async def facts_about(
    connection: AsyncConnection, scope: Scope, entity_ids: Sequence[int], *, now: datetime, limit: int = 20
) -> Sequence[Any]:
    """Facts that hold now about some entities, the surest first; rows have `subject_key` too."""
    query = (
        sa.select(fact, entity.c.key.label("subject_key"))
        .join(entity, entity.c.id == fact.c.subject_id)
        .where(
            fact.c.subject_id.in_(entity_ids), fact.c.superseded_at.is_(None), visible(fact, scope), visible(entity, scope),
            sa.or_(fact.c.valid_to.is_(None), fact.c.valid_to > now), fact.c.valid_from <= now, still_said(),
        )
        .order_by(fact.c.confidence.desc(), fact.c.valid_from.desc(), fact.c.id)
        .limit(limit)
    )  # fmt: skip
    return (await connection.execute(query)).all()


def still_said() -> sa.ColumnElement[bool]:
    """Facts that a model found end with their text, at once."""
    here = sa.exists().where(table.c.id == fact.c.chunk_id, table.c.live)
    return sa.or_(fact.c.chunk_id.is_(None), here)


async def facts_in(connection: AsyncConnection, scope: Scope, chunk_ids: Sequence[int]) -> Sequence[Any]:
    """Facts that were found in some texts that stand there, also those that ended; rows have `subject_key` too."""
    return (await connection.execute(_found(scope, fact.c.chunk_id), {"ids": chunk_ids})).all()


async def facts_by_ids(connection: AsyncConnection, scope: Scope, ids: Sequence[int]) -> Sequence[Any]:
    """The same by their ids."""
    return (await connection.execute(_found(scope, fact.c.id), {"ids": ids})).all()


@functools.lru_cache(maxsize=64)
def _found(scope: Scope, by: sa.Column[int]) -> sa.Select[Any]:
    """Kept, since putting it together takes longer than asking it."""
    ended, which = fact.c.superseded_by.is_not(None), by.in_(sa.bindparam("ids", expanding=True))
    query = sa.select(fact, entity.c.key.label("subject_key")).join(entity, entity.c.id == fact.c.subject_id)
    where = (which, fact.c.chunk_id.is_not(None), visible(fact, scope), visible(entity, scope), sa.or_(ended, still_said()))
    return query.where(*where).order_by(fact.c.id).limit(12)


async def fact_by_id(connection: AsyncConnection, scope: Scope, fact_id: int) -> Any:
    """One fact with `subject_key`; None when the scope hides it."""
    query = sa.select(fact, entity.c.key.label("subject_key")).join(entity, entity.c.id == fact.c.subject_id)
    return (await connection.execute(query.where(fact.c.id == fact_id, visible(fact, scope)))).one_or_none()


async def authors_in(connection: AsyncConnection, repo: str, *, limit: int) -> list[str]:
    """Who wrote in a repository last, as they are called; no text. For asking the forge what they may do."""
    last = sa.func.max(table.c.id).label("last")
    said = (table.c.repo == repo, table.c.provenance == "said", table.c.author != "")
    query = sa.select(table.c.author, last).where(*said).group_by(table.c.author).order_by(sa.desc("last")).limit(limit)
    return [row.author for row in await connection.execute(query)]
