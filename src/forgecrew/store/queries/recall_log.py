"""What was recalled and what of it was cited, and the weights that were learned from that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.core.moment import utc_now
from forgecrew.store.tables.recall import fusion_weight, recall_log


@dataclass(frozen=True, slots=True)
class RecallRow:
    """One recall: `picked` holds `ids` as cited and `ranked` [[id, corpus kind, [features]]]; `cited` the ids that were."""

    id: int
    run_id: str
    query: str
    picked: Json
    cited: list[str]
    tokens: int
    milliseconds: float
    at: datetime


async def add(
    connection: AsyncConnection,
    run_id: str,
    query: str,
    picked: Json,
    cited: Sequence[str],
    *,
    tokens: int,
    milliseconds: float,
) -> None:
    """Keep one recall; one that a run repeats, since it was taken over, is kept once."""
    same = (recall_log.c.run_id == run_id, recall_log.c.query == query)
    if (await connection.execute(sa.select(recall_log.c.id).where(*same).limit(1))).first() is None:
        values = {"run_id": run_id, "query": query, "picked": picked, "cited": list(cited), "tokens": tokens}
        await connection.execute(sa.insert(recall_log).values(**values, milliseconds=milliseconds, at=utc_now()))


async def recent(connection: AsyncConnection, *, run_id: str = "", limit: int = 50) -> list[RecallRow]:
    """Recalls, the last one first; of one run when it is given."""
    query = sa.select(recall_log).order_by(recall_log.c.id.desc()).limit(limit)
    if run_id:
        query = query.where(recall_log.c.run_id == run_id)
    return [
        RecallRow(row.id, row.run_id, row.query, row.picked, row.cited, row.tokens, row.milliseconds, row.at)
        for row in await connection.execute(query)
    ]


async def prune(connection: AsyncConnection, *, keep: int) -> int:
    """Remove all but the newest; gives how many went."""
    newest = sa.select(recall_log.c.id).order_by(recall_log.c.id.desc()).limit(1).offset(keep)
    last = (await connection.execute(newest)).scalar_one_or_none()
    if last is None:
        return 0
    return (await connection.execute(sa.delete(recall_log).where(recall_log.c.id <= last))).rowcount


async def newest_id(connection: AsyncConnection) -> int:
    """The number of the last recall, 0 before the first."""
    return int((await connection.execute(sa.select(sa.func.max(recall_log.c.id)))).scalar() or 0)


async def weights(connection: AsyncConnection) -> dict[str, dict[str, float]]:
    """Learned weights by corpus kind and feature; empty where the shipped ones count."""
    found: dict[str, dict[str, float]] = {}
    for row in await connection.execute(sa.select(fusion_weight)):
        found.setdefault(row.kind, {})[row.feature] = row.w
    return found


async def set_weights(connection: AsyncConnection, kind: str, learned: Mapping[str, float]) -> None:
    """Replace the weights of a corpus kind; none at all brings the shipped ones back."""
    await connection.execute(sa.delete(fusion_weight).where(fusion_weight.c.kind == kind))
    now = utc_now()
    rows = [{"kind": kind, "feature": name, "w": value, "trained_at": now} for name, value in learned.items()]
    if rows:
        await connection.execute(sa.insert(fusion_weight), rows)
