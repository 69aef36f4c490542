"""Whether this installation is well, for people and for load balancers."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from litestar import Response, get
from sqlalchemy.exc import SQLAlchemyError

from forgecrew.api.doors import Doors, InDoors
from forgecrew.core.moment import utc_now
from forgecrew.store.queries import task_lists, workers
from forgecrew.store.tables.cursor import cursor


@get("/health", opt={"open": True}, tags=["health"])
async def health(doors: InDoors) -> Response[dict[str, Any]]:
    """200 while the database answers, 503 otherwise; `status` is ok, degraded (tasks wait for a process) or down."""
    try:
        found = await look(doors)
    except (SQLAlchemyError, OSError) as error:
        reason = {"status": "down", "database": type(error).__name__, "version": doors.version}
        return Response(reason, status_code=503)
    return Response(found)


async def look(doors: Doors) -> dict[str, Any]:
    """Who is alive, and when the forge was last asked for what we missed."""
    now = utc_now()
    async with doors.database.read() as connection:
        working = len(await workers.alive(connection, kind="work", now=now))
        executing = len(await workers.alive(connection, kind="effects", now=now))
        counts = await task_lists.counts(connection)
        polled = await connection.execute(sa.select(sa.func.max(cursor.c.at)).where(cursor.c.name.startswith("poll:")))
        last = polled.scalar_one_or_none()
    if isinstance(last, datetime) and last.tzinfo is None:
        last = last.replace(tzinfo=UTC)
    well: Literal["ok", "degraded"] = "ok" if working and executing else "degraded"
    return {
        "status": well, "version": doors.version, "database": "ok", "workers_alive": working, "effects_alive": executing,
        "last_reconcile": last.isoformat() if last else None,
        "reconcile_late": last is not None and now - last > timedelta(minutes=15),
        "tasks": {state.value: number for state, number in counts.items()},
    }  # fmt: skip


routes = [health]
