"""Tombstones: what is not to be remembered again."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.moment import utc_now
from forgecrew.store.queries.inserting import insert_unless_there
from forgecrew.store.tables.forgotten import forgotten

_AMONG = sa.select(forgotten.c.kind, forgotten.c.key).where(
    sa.tuple_(forgotten.c.kind, forgotten.c.key).in_(sa.bindparam("pairs", expanding=True))
)


async def among(connection: AsyncConnection, pairs: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those (kind, key) that were forgotten; kind is source, person, repo or event."""
    found: set[tuple[str, str]] = set()
    for start in range(0, len(pairs), 400):
        found |= {(row.kind, row.key) for row in await connection.execute(_AMONG, {"pairs": pairs[start : start + 400]})}
    return found


async def put(connection: AsyncConnection, pairs: Sequence[tuple[str, str]], *, asked_by: str) -> None:
    """Set tombstones."""
    now = utc_now()
    rows = [{"kind": kind, "key": key[:300], "asked_by": asked_by, "at": now} for kind, key in pairs]
    if rows:
        await connection.execute(insert_unless_there(forgotten), rows)


async def remove(connection: AsyncConnection, pairs: Sequence[tuple[str, str]]) -> int:
    """Take tombstones back, so that what they name may be remembered again."""
    pair = sa.tuple_(forgotten.c.kind, forgotten.c.key).in_(list(pairs))
    return (await connection.execute(sa.delete(forgotten).where(pair))).rowcount
