"""Events as memory sees them: which it has not taken in yet, and which it has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.event import Event
from forgecrew.core.moment import utc_now
from forgecrew.store.queries.events import from_row
from forgecrew.store.tables.base import metadata
from forgecrew.store.tables.event import event as table

# Composing a statement costs more than asking it: those of every event are composed once.
_WAITING = sa.select(table).where(table.c.remembered_at.is_(None)).order_by(table.c.id).limit(sa.bindparam("most"))
_TAKE = (
    sa.update(table)
    .where(table.c.id.in_(sa.bindparam("ids", expanding=True)), table.c.remembered_at.is_(None))
    .values(remembered_at=sa.bindparam("now"))
    .returning(table.c.id)
)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with the id and the moment of its storing."""

    id: str
    stored_at: datetime
    event: Event


async def waiting(connection: AsyncConnection, *, limit: int) -> list[StoredEvent]:
    """Events that memory has not taken in, oldest first."""
    rows = await connection.execute(_WAITING, {"most": limit})
    return [StoredEvent(row.id, row.stored_at, from_row(row)) for row in rows]


async def take(connection: AsyncConnection, event_ids: Sequence[str]) -> set[str]:
    """Mark events as remembered; gives those that nobody else had marked."""
    marked = await connection.execute(_TAKE, {"ids": list(event_ids), "now": utc_now()})
    return set(marked.scalars())


async def set_problem(connection: AsyncConnection, event_id: str, problem: str) -> None:
    """Leave an event aside for memory and keep why."""
    values = {"remembered_at": utc_now(), "memory_problem": problem}
    await connection.execute(sa.update(table).where(table.c.id == event_id).values(values))


async def again(connection: AsyncConnection, *where: sa.ColumnElement[bool]) -> int:
    """Let memory take events in once more; what it has already is not doubled by that."""
    values = {"remembered_at": None, "memory_problem": None}
    return (await connection.execute(sa.update(table).where(*where).values(values))).rowcount


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """Rows of memory by table, and events that wait to be taken in or were left aside."""
    found: dict[str, int] = {}
    for name in ("entity", "relation", "fact", "chunk", "event"):
        query = sa.select(sa.func.count()).select_from(metadata.tables[name])
        found[name] = int((await connection.execute(query)).scalar_one())
    for name, where in (
        ("events_waiting", table.c.remembered_at.is_(None)), ("events_left_aside", table.c.memory_problem.is_not(None)),
    ):  # fmt: skip
        query = sa.select(sa.func.count()).select_from(table).where(where)
        found[name] = int((await connection.execute(query)).scalar_one())
    return found


async def events_of(connection: AsyncConnection, repo: str, number: int) -> Sequence[Any]:
    """Id, kind, actor and time of the events of one thread (of the repository itself for 0), oldest first."""
    columns = (table.c.id, table.c.kind, table.c.actor, table.c.occurred_at)
    query = sa.select(*columns).where(table.c.repo == repo, table.c.subject_number == number)
    return (await connection.execute(query.order_by(table.c.id))).all()
