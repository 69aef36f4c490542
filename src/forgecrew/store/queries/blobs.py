"""Blobs: bytes by their SHA-256."""

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.moment import utc_now
from forgecrew.store.queries.inserting import insert_new
from forgecrew.store.tables.blob import blob


async def keep(connection: AsyncConnection, content: bytes) -> str:
    """Store bytes once; gives their SHA-256 in hex."""
    sha256 = hashlib.sha256(content).hexdigest()
    await insert_new(connection, blob, {"sha256": sha256, "content": content, "at": utc_now()}, blob.c.sha256)
    return sha256


async def read(connection: AsyncConnection, sha256: str) -> bytes | None:
    """The bytes, None when they are not there."""
    return (await connection.execute(sa.select(blob.c.content).where(blob.c.sha256 == sha256))).scalar_one_or_none()


async def forget_before(connection: AsyncConnection, moment: datetime) -> int:
    """Remove what was stored before a moment; gives how many."""
    return (await connection.execute(sa.delete(blob).where(blob.c.at < moment))).rowcount
