"""Blobs: bytes by their SHA-256."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.moment import utc_now
from forgecrew.store.queries.inserting import insert_new
from forgecrew.store.tables.blob import blob


async def keep(connection: AsyncConnection, content: bytes) -> str:
    """Store bytes once; gives their SHA-256 in hex. What is there already counts as stored now: it is not swept meanwhile."""
    sha256, now = hashlib.sha256(content).hexdigest(), utc_now()
    if await insert_new(connection, blob, {"sha256": sha256, "content": content, "at": now}, blob.c.sha256) is None:
        await connection.execute(sa.update(blob).where(blob.c.sha256 == sha256).values(at=now))
    return sha256


async def read(connection: AsyncConnection, sha256: str) -> bytes | None:
    """The bytes, None when they are not there."""
    return (await connection.execute(sa.select(blob.c.content).where(blob.c.sha256 == sha256))).scalar_one_or_none()
