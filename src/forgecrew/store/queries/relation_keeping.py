"""Keeping relations that do not end by themselves."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.store.queries.inserting import insert_unless_there
from forgecrew.store.tables.relation import relation as table

_KEEP_EARLIEST = (
    "(src, kind, dst) WHERE superseded_at IS NULL AND valid_to IS NULL"
    " DO UPDATE SET valid_from = excluded.valid_from, event_id = excluded.event_id"
    " WHERE excluded.valid_from < relation.valid_from"
)


async def keep(connection: AsyncConnection, rows: Sequence[Json]) -> None:
    """Keep relations that do not end; one that is there keeps its earliest beginning."""
    if not rows:
        return
    await connection.execute(insert_unless_there(table, _KEEP_EARLIEST), list(rows))
