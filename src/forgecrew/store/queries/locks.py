"""Taking turns: on PostgreSQL a lock until the end of the transaction; SQLite's writers queue by themselves."""

import zlib

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

_LOCK = sa.select(sa.func.pg_advisory_xact_lock(sa.bindparam("number", type_=sa.BigInteger)))
_LOCK_DERIVED = _LOCK.add_columns(sa.func.set_config("synchronous_commit", "off", sa.true()))


async def take_turn(connection: AsyncConnection, name: str, *, derived: bool = False) -> None:
    """Wait until no other transaction holds `name`, then hold it until this one ends.

    `derived`: what the transaction writes would be worked out again after a power cut, so it need not wait for the disk
    (on SQLite in WAL mode no transaction does).
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(_LOCK_DERIVED if derived else _LOCK, {"number": zlib.crc32(name.encode())})
