"""Sandboxes as people see them: written by the worker that holds them, read by pages and commands."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.moment import utc_now
from forgecrew.core.sandbox_view import SandboxView
from forgecrew.store.queries.inserting import insert_many_new, put
from forgecrew.store.tables.sandbox import sandbox
from forgecrew.store.tables.worker import worker

_ASKED = {"removal_asked"}
"""Written by whoever asks, never by the worker."""


async def show(connection: AsyncConnection, view: SandboxView) -> None:
    """Bring the row of one sandbox up to date; what a person asked of it stays."""
    await put(connection, sandbox, {name: value for name, value in _values(view).items() if name not in _ASKED})


async def adopt(connection: AsyncConnection, views: Collection[SandboxView]) -> list[str]:
    """Rows for sandboxes that have none; gives the ids of those that had none."""
    rows = [_values(view) for view in views]
    return await insert_many_new(connection, sandbox, rows, sandbox.c.id) if rows else []


async def shown(connection: AsyncConnection, *, now: datetime) -> list[SandboxView]:
    """Those of living workers: what does something first, then the newest."""
    order = sa.case((sandbox.c.state == "running", 0), (sandbox.c.state == "waiting", 1), else_=2)
    query = (
        sa.select(sandbox)
        .where(sandbox.c.worker_id.in_(_living(now)))
        .order_by(order, sandbox.c.created_at.desc(), sandbox.c.id)
    )
    return [_view(row) for row in await connection.execute(query)]


async def get(connection: AsyncConnection, id: str) -> SandboxView | None:
    """One."""
    row = (await connection.execute(sa.select(sandbox).where(sandbox.c.id == id))).one_or_none()
    return None if row is None else _view(row)


async def of_living(connection: AsyncConnection, ids: Collection[str], *, now: datetime) -> dict[str, SandboxView]:
    """Those of the given ids that a living worker holds."""
    query = sa.select(sandbox).where(sandbox.c.id.in_(ids), sandbox.c.worker_id.in_(_living(now)))
    return {row.id: _view(row) for row in await connection.execute(query)} if ids else {}


async def ask_removal(connection: AsyncConnection, id: str) -> bool:
    """Ask the worker that holds it to remove it; False when there is none of that id."""
    done = await connection.execute(sa.update(sandbox).where(sandbox.c.id == id).values(removal_asked=True))
    return done.rowcount > 0


async def removal_asked(connection: AsyncConnection, worker_id: str) -> list[str]:
    """Sandboxes of a worker that a person wants gone."""
    query = sa.select(sandbox.c.id).where(sandbox.c.worker_id == worker_id, sandbox.c.removal_asked)
    return list((await connection.execute(query)).scalars())


async def ids_of(connection: AsyncConnection, worker_id: str) -> list[str]:
    """Sandboxes that a worker wrote rows for."""
    return list((await connection.execute(sa.select(sandbox.c.id).where(sandbox.c.worker_id == worker_id))).scalars())


async def remove(connection: AsyncConnection, ids: Collection[str]) -> None:
    """Forget rows."""
    await connection.execute(sa.delete(sandbox).where(sandbox.c.id.in_(ids)))


async def of_dead(connection: AsyncConnection, *, now: datetime) -> list[SandboxView]:
    """Those of workers that are gone or whose lease ran out."""
    return [_view(row) for row in await connection.execute(sa.select(sandbox).where(sandbox.c.worker_id.not_in(_living(now))))]


def _living(now: datetime) -> sa.Select[tuple[str]]:
    return sa.select(worker.c.id).where(worker.c.gone_at.is_(None), worker.c.lease_until >= now)


def _values(view: SandboxView) -> dict[str, Any]:
    now = utc_now()
    return {**asdict(view), "lines": list(view.lines), "created_at": view.created_at or now, "updated_at": now}


def _view(row: sa.Row[Any]) -> SandboxView:
    values: dict[str, Any] = {**row._mapping}  # pyright: ignore[reportPrivateUsage] - the public way to a row's names
    values.update(bounds=tuple(values["bounds"]), lines=tuple(values["lines"]))
    return SandboxView(**values)
