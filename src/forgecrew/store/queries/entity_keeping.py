"""Keeping entities: made when they are first told of, named anew when the forge tells so."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.store.queries.inserting import insert_unless_there
from forgecrew.store.tables.entity import entity as table

_ADD = insert_unless_there(table).returning(table.c.id, table.c.kind, table.c.key)
_CHANGE = sa.update(table).where(table.c.id == sa.bindparam("b_id"))
_KNOWN = sa.select(table.c.id, table.c.kind, table.c.key, table.c.name, table.c.readers, table.c.last_seen).where(
    sa.tuple_(table.c.kind, table.c.key).in_(sa.bindparam("pairs", expanding=True))
)
SEEN_AGAIN = timedelta(hours=1)
"""`last_seen` moves in steps of at least this: a row is not written for every event."""


async def keep(connection: AsyncConnection, named: Sequence[Json]) -> dict[tuple[str, str], int]:
    """Ids by (kind, key); rows hold kind, key, name, repo, readers, attrs, at and `certain`, each key once.

    Only what is certain changes the name and readers of an entity that is there, and only when it is not older.
    """
    known = await _known(connection, named)
    ids = {key: row.id for key, row in known.items()}
    fresh = [row for row in named if (row["kind"], row["key"]) not in known]
    if fresh:
        values = [
            {name: row[name] for name in ("kind", "key", "name", "repo", "readers", "attrs")}
            | {"first_seen": row["at"], "last_seen": row["at"]}
            for row in fresh
        ]
        made = await connection.execute(_ADD, values)
        ids |= {(row.kind, row.key): row.id for row in made}
    changed = [
        {"b_id": ids[row["kind"], row["key"]], "name": row["name"], "readers": row["readers"], "last_seen": row["at"]}
        for row in named
        if row["certain"] and (row["kind"], row["key"]) in known and _says_more(row, known[row["kind"], row["key"]])
    ]
    if changed:
        await connection.execute(_CHANGE, changed)
    return ids


def _says_more(row: Json, known: Any) -> bool:
    at: datetime = row["at"]
    if at < known.last_seen:
        return False
    return (row["name"], row["readers"]) != (known.name, known.readers) or at >= known.last_seen + SEEN_AGAIN


async def _known(connection: AsyncConnection, named: Sequence[Json]) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    pairs = [(row["kind"], row["key"]) for row in named]
    for start in range(0, len(pairs), 400):
        rows = await connection.execute(_KNOWN, {"pairs": pairs[start : start + 400]})
        found |= {(row.kind, row.key): row for row in rows}
    return found
