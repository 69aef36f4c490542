"""Workers: heartbeats and leases of the processes that work or execute effects."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.queries.inserting import put
from forgecrew.store.tables.worker import worker


async def join(
    connection: AsyncConnection, worker_id: str, *, kind: str, host: str, pid: int, now: datetime, lease_seconds: float
) -> None:
    """Make the row of a worker that starts, or renew it; kind is `work` or `effects`."""
    await put(connection, worker, {
        "id": worker_id, "kind": kind, "host": host, "pid": pid, "started_at": now,
        "lease_until": now + timedelta(seconds=lease_seconds), "gone_at": None,
    })  # fmt: skip


async def beat(connection: AsyncConnection, worker_id: str, *, now: datetime, lease_seconds: float) -> bool:
    """Prolong a lease; False when it was taken away (declared gone) and the worker must stop what it does."""
    renewed = await connection.execute(
        sa.update(worker)
        .where(worker.c.id == worker_id, worker.c.gone_at.is_(None))
        .values(lease_until=now + timedelta(seconds=lease_seconds))
    )
    return renewed.rowcount > 0


async def dead(connection: AsyncConnection, *, now: datetime) -> list[str]:
    """Workers whose lease ran out without a goodbye."""
    query = sa.select(worker.c.id).where(worker.c.gone_at.is_(None), worker.c.lease_until < now)
    return list((await connection.execute(query)).scalars())


async def gone(connection: AsyncConnection, worker_id: str, *, now: datetime) -> None:
    """Mark a worker as gone: its own goodbye, or another's finding."""
    await connection.execute(sa.update(worker).where(worker.c.id == worker_id, worker.c.gone_at.is_(None)).values(gone_at=now))


async def alive(connection: AsyncConnection, *, kind: str, now: datetime) -> list[str]:
    """Workers of a kind whose lease holds."""
    query = sa.select(worker.c.id).where(worker.c.kind == kind, worker.c.gone_at.is_(None), worker.c.lease_until >= now)
    return list((await connection.execute(query)).scalars())


async def all_alive(connection: AsyncConnection, *, now: datetime) -> list[str]:
    """Workers of every kind whose lease holds."""
    query = sa.select(worker.c.id).where(worker.c.gone_at.is_(None), worker.c.lease_until >= now)
    return list((await connection.execute(query)).scalars())


async def on_host(connection: AsyncConnection, host: str) -> list[tuple[str, int]]:
    """Workers of one host that have not gone, with their process ids."""
    query = sa.select(worker.c.id, worker.c.pid).where(worker.c.host == host, worker.c.gone_at.is_(None))
    return [(worker_id, pid) for worker_id, pid in await connection.execute(query)]
