"""In how many chunks terms occur: asked of the index on SQLite, of a table that is counted anew now and then on PostgreSQL."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.queries import cursors
from forgecrew.store.tables.chunk import chunk

_COUNTED = "memory:terms"
_COUNT_ANEW = sa.text(
    "INSERT INTO chunk_term (term, doc) SELECT word, ndoc FROM ts_stat('SELECT words FROM chunk_text')"
    " ON CONFLICT (term) DO UPDATE SET doc = excluded.doc"
)


async def recount(connection: AsyncConnection) -> bool:
    """Count anew on PostgreSQL when memory has grown by a tenth since the last time; tells whether it did."""
    if connection.dialect.name != "postgresql":
        return False
    newest = (await connection.execute(sa.select(sa.func.max(chunk.c.id)))).scalar() or 0
    if newest <= int(await cursors.get(connection, _COUNTED) or 0) * 1.1:
        return False
    await connection.execute(_COUNT_ANEW)
    await cursors.set_value(connection, _COUNTED, str(newest))
    return True
