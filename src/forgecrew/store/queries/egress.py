"""Egress refusals: counted per task and place, listed for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.egress_decision import EgressDecision
from forgecrew.core.json import Json
from forgecrew.core.moment import utc_now
from forgecrew.store.queries.inserting import insert_into
from forgecrew.store.tables.egress_refusal import egress_refusal as table

HOST_MAX, REASON_MAX = 260, 200
_KEY = ["task_id", "sandbox_id", "host", "port", "reason"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A place that was refused to the sandboxes of a task; `times` counts the runs in which it was asked for."""

    task_id: int
    repo: str
    place: str
    reason: str
    times: int
    first_at: datetime
    last_at: datetime


async def refuse(connection: AsyncConnection, decision: EgressDecision, *, task_id: int, repo: str) -> None:
    """Keep a refusal; the same one again is counted."""
    now = utc_now()
    values: Json = {
        "task_id": task_id, "sandbox_id": decision.sandbox_id, "repo": repo, "host": decision.host[:HOST_MAX],
        "port": decision.port, "reason": decision.reason[:REASON_MAX], "times": 1, "first_at": now, "last_at": now,
    }  # fmt: skip
    statement = insert_into(connection, table).values(**values)
    again = {"times": table.c.times + 1, "last_at": now}
    await connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=again))


async def refused(
    connection: AsyncConnection, *, task_id: int | None = None, repo: str = "", limit: int = 100
) -> Sequence[Refusal]:
    """Refusals, the last one first; of one task or repository where it is given."""
    query = sa.select(table).order_by(table.c.last_at.desc(), table.c.id.desc()).limit(limit)
    if task_id is not None:
        query = query.where(table.c.task_id == task_id)
    if repo:
        query = query.where(table.c.repo == repo)
    return [_refusal(row) for row in await connection.execute(query)]


def _refusal(row: Any) -> Refusal:
    place = EgressDecision(row.sandbox_id, row.host, row.port).place
    return Refusal(row.task_id, row.repo, place, row.reason, row.times, row.first_at, row.last_at)
