"""Audit: a chain in which each row holds the hash of the row before, so that a change shows."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json, digest
from forgecrew.core.moment import utc_now
from forgecrew.store.queries.locks import take_turn
from forgecrew.store.tables.audit import audit

START = "0" * 64


async def append(connection: AsyncConnection, what: str, *, agent: str, subject_key: str, details: Json) -> str:
    """Add one row to the end of the chain; gives its hash, the new head."""
    await take_turn(connection, "audit")
    previous, at = await head(connection), utc_now()
    own = _hash(previous, at, what, agent, subject_key, details)
    await connection.execute(
        sa.insert(audit).values(
            at=at, what=what, agent=agent, subject_key=subject_key, details=details, previous_hash=previous, hash=own
        )
    )
    return own


async def head(connection: AsyncConnection) -> str:
    """Hash of the last row. Keep it elsewhere too: a chain alone does not show that its end was cut off."""
    query = sa.select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)
    return (await connection.execute(query)).scalar_one_or_none() or START


async def broken_at(connection: AsyncConnection, *, expected_head: str | None = None) -> int | None:
    """Id of the first row that does not fit the chain, None when all do; -1 when the end is not the expected one."""
    previous = START
    for row in await connection.execute(sa.select(audit).order_by(audit.c.id)):
        if row.previous_hash != previous:
            return row.id
        previous = _hash(previous, row.at, row.what, row.agent, row.subject_key, row.details)
        if row.hash != previous:
            return row.id
    return None if expected_head in (None, previous) else -1


def _hash(previous: str, at: datetime, what: str, agent: str, subject_key: str, details: Json) -> str:
    return digest([previous, at.isoformat(), what, agent, subject_key, details])
