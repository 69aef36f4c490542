"""Events as the dispatcher sees them: which no trigger has seen, which were, which could not be."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.event import Event
from forgecrew.core.moment import utc_now
from forgecrew.store.queries.events import from_row
from forgecrew.store.tables.event import event as table

# Composing a statement costs more than asking it: those of every event are composed once.
_UNDISPATCHED = (
    sa.select(table)
    .where(table.c.dispatched_at.is_(None), table.c.problem.is_(None))
    .order_by(table.c.id)
    .limit(sa.bindparam("most"))
)
_SET_DISPATCHED = (
    sa.update(table)
    .where(table.c.id.in_(sa.bindparam("ids", expanding=True)), table.c.dispatched_at.is_(None))
    .values(dispatched_at=sa.bindparam("now"))
    .returning(table.c.id)
)


async def undispatched(connection: AsyncConnection, *, limit: int = 50) -> list[tuple[str, Event]]:
    """Ids and events that no trigger has seen, oldest first; those that failed once are left aside."""
    rows = await connection.execute(_UNDISPATCHED, {"most": limit})
    return [(row.id, from_row(row)) for row in rows]


async def set_dispatched(connection: AsyncConnection, event_ids: Sequence[str]) -> set[str]:
    """Mark events; gives those that nobody else had marked."""
    marked = await connection.execute(_SET_DISPATCHED, {"ids": list(event_ids), "now": utc_now()})
    return set(marked.scalars())


async def set_problem(connection: AsyncConnection, event_id: str, problem: str) -> None:
    """Leave an event aside and keep why."""
    await connection.execute(sa.update(table).where(table.c.id == event_id).values(problem=problem))


async def problems(connection: AsyncConnection, *, limit: int = 20) -> list[tuple[str, str]]:
    """Ids and reasons of events that were left aside, newest first."""
    query = sa.select(table.c.id, table.c.problem).where(table.c.problem.is_not(None)).order_by(table.c.id.desc()).limit(limit)
    return [(row.id, row.problem) for row in await connection.execute(query)]


async def has_comment(connection: AsyncConnection, event_id: str, event: Event, comment_id: int) -> bool:
    """Whether an earlier event of the same kind, dispatched by now, told of the same comment."""
    query = sa.select(table.c.id).where(
        table.c.repo == str(event.subject.repo), table.c.comment_id == comment_id, table.c.kind == event.kind,
        table.c.dispatched_at.is_not(None), table.c.id < event_id,
    )  # fmt: skip
    return (await connection.execute(query.limit(1))).first() is not None
