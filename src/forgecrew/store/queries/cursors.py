"""Cursors: how far polling has read."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.moment import utc_now
from forgecrew.store.queries.inserting import put
from forgecrew.store.tables.cursor import cursor


async def get(connection: AsyncConnection, name: str) -> str | None:
    """Value of a cursor."""
    return (await connection.execute(sa.select(cursor.c.value).where(cursor.c.name == name))).scalar_one_or_none()


async def set_value(connection: AsyncConnection, name: str, value: str) -> None:
    """Move a cursor."""
    await put(connection, cursor, {"name": name, "value": value, "at": utc_now()})
