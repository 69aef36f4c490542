"""Notes that were written into memory by hand, and whom the operator may ask for: everybody whose texts are kept."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.queries.forgetting import remove_chunks
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.code_repo import code_repo
from forgecrew.store.tables.entity import entity


async def all_readers(connection: AsyncConnection) -> frozenset[str]:
    """Labels of readers that occur; what is secret stays so."""
    found: set[str] = set()
    for table in (chunk, entity, code_repo):
        found |= set((await connection.execute(sa.select(table.c.readers).distinct())).scalars())
    return frozenset(found - {"secret"})


async def remove(connection: AsyncConnection, note_id: str) -> int:
    """Forget a note; gives how many chunks went."""
    where = sa.and_(chunk.c.event_id == note_id, chunk.c.kind == "note")
    return (await remove_chunks(connection, where)).get("chunk", 0)


async def texts(connection: AsyncConnection, note_id: str) -> list[str]:
    """The pieces of a note, for the operator."""
    where = (chunk.c.event_id == note_id, chunk.c.kind == "note")
    return list((await connection.execute(sa.select(chunk.c.text).where(*where).order_by(chunk.c.seq))).scalars())
