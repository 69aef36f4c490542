"""Documents as their reader sees them: taken for a time, settled or let go."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.document import Document
from forgecrew.core.json import Json
from forgecrew.store.queries.documents import SHOWN, from_row
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.document import document as table


async def take(connection: AsyncConnection, *, now: datetime, until: datetime) -> tuple[Document, bytes] | None:
    """The document that waits longest and that nobody reads, held until then; None when there is none."""
    free = sa.or_(table.c.held_until.is_(None), table.c.held_until < now)
    oldest = sa.select(table.c.id).where(table.c.state == "waiting", free).order_by(table.c.at, table.c.id).limit(1)
    statement = sa.update(table).where(table.c.id == oldest.scalar_subquery(), free, table.c.state == "waiting")
    row = (await connection.execute(statement.values(held_until=until).returning(*SHOWN, table.c.content))).one_or_none()
    return None if row is None else (from_row(row), row.content or b"")


async def settle(
    connection: AsyncConnection, document: Document, state: str, *, now: datetime, problem: str = "",
    notes: Sequence[str] = (), places: int = 0,
) -> bool:  # fmt: skip
    """Note what came of reading it; False when it was forgotten or sent anew meanwhile."""
    same = (table.c.id == document.id, table.c.state == "waiting", table.c.at == document.at)
    values: Json = {"state": state, "problem": problem[:2000], "notes": list(notes), "places": places, "read_at": now}
    return bool((await connection.execute(sa.update(table).where(*same).values(values | {"held_until": None}))).rowcount)


async def let_go(connection: AsyncConnection, id: str, *, until: datetime) -> None:
    """Have it wait until then: nothing could read it now."""
    await connection.execute(sa.update(table).where(table.c.id == id).values(held_until=until))


async def replace_others(connection: AsyncConnection, document: Document) -> None:
    """Other contents of that name are replaced by this one."""
    others = (table.c.repo == document.repo, table.c.name == document.name, table.c.id != document.id)
    settled = table.c.state.in_(("kept", "refused"))
    await connection.execute(sa.update(table).where(*others, settled).values(state="replaced"))


async def live_places(connection: AsyncConnection, thread_key: str) -> set[str]:
    """Source keys at which a text of a document stands now."""
    query = sa.select(chunk.c.source_key).where(chunk.c.thread_key == thread_key, chunk.c.live, chunk.c.text != "")
    return set((await connection.execute(query.distinct())).scalars())
