"""Taking turns: on PostgreSQL a lock until the end of the transaction; SQLite's writers queue by themselves."""

import zlib

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection


async def take_turn(connection: AsyncConnection, name: str) -> None:
    """Wait until no other transaction holds `name`, then hold it until this one ends."""
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(zlib.crc32(name.encode()))))
