"""What one event told, looked up and removed: tellings, relations, facts."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.queries import forgetting
from forgecrew.store.tables.event import event
from forgecrew.store.tables.fact import fact
from forgecrew.store.tables.relation import relation, telling

Where = sa.ColumnElement[bool]


async def told(connection: AsyncConnection, event_id: str) -> Any:
    """The row of an event; None when it was never stored."""
    return (await connection.execute(sa.select(event).where(event.c.id == event_id))).one_or_none()


async def remove(connection: AsyncConnection, event_id: str) -> tuple[list[tuple[int, str, str]], list[dict[str, int]]]:
    """Entities (id, repo, readers) of which it told, and the rows that went, by table."""
    changed = await forgetting.told_of(connection, telling.c.event_id == event_id)
    tables = (telling, relation, fact)
    return changed, [await forgetting.remove_rows(connection, table, table.c.event_id == event_id) for table in tables]


async def remove_facts_at(connection: AsyncConnection, places: list[str]) -> dict[str, int]:
    """Facts that a model found in texts at some places."""
    return await forgetting.remove_rows(connection, fact, fact.c.source_key.in_(places))


def this(event_id: str) -> Where:
    """The event alone."""
    return event.c.id == event_id


def of_thread(repo: str, number: int) -> Where:
    """Events of a thread, or of the repository itself for 0."""
    return sa.and_(event.c.repo == repo, event.c.subject_number == number)
