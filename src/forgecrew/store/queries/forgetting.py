"""Removing from memory: chunks with all that hangs on them, entities with all that names them, payloads of events."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.store.tables.chunk import chunk, mention
from forgecrew.store.tables.entity import alias, entity
from forgecrew.store.tables.event import event
from forgecrew.store.tables.fact import fact
from forgecrew.store.tables.relation import relation, telling
from forgecrew.store.tables.vector import embedding_queue, vector

Where = sa.ColumnElement[bool]
_T = TypeVar("_T")


async def source_keys(connection: AsyncConnection, where: Where) -> list[str]:
    """Places at which some chunks stand."""
    return list((await connection.execute(sa.select(chunk.c.source_key).where(where).distinct())).scalars())


async def remove_chunks(connection: AsyncConnection, where: Where) -> dict[str, int]:
    """Remove chunks, what they mention, and vectors of texts that no other chunk has; full text follows by its triggers."""
    rows = (await connection.execute(sa.select(chunk.c.id, chunk.c.text_hash).where(where))).all()
    if not rows:
        return {}
    ids, hashes = [row.id for row in rows], sorted({row.text_hash for row in rows})
    removed = {"mention": 0, "chunk": 0, "vector": 0}
    for some in _some(ids):
        removed["mention"] += (await connection.execute(sa.delete(mention).where(mention.c.chunk_id.in_(some)))).rowcount
        removed["chunk"] += (await connection.execute(sa.delete(chunk).where(chunk.c.id.in_(some)))).rowcount
    for some in _some(hashes):
        used = set((await connection.execute(sa.select(chunk.c.text_hash).where(chunk.c.text_hash.in_(some)))).scalars())
        gone = [one for one in some if one not in used]
        removed["vector"] += (await connection.execute(sa.delete(vector).where(vector.c.text_hash.in_(gone)))).rowcount
        await connection.execute(sa.delete(embedding_queue).where(embedding_queue.c.text_hash.in_(gone)))
    return removed


async def remove_rows(connection: AsyncConnection, table: sa.Table, where: Where) -> dict[str, int]:
    """Remove rows of one table."""
    return {table.name: (await connection.execute(sa.delete(table).where(where))).rowcount}


async def entity_ids(connection: AsyncConnection, where: Where) -> list[int]:
    """Ids of some entities."""
    return list((await connection.execute(sa.select(entity.c.id).where(where))).scalars())


async def told_of(connection: AsyncConnection, where: Where) -> list[tuple[int, str, str]]:
    """(id, repo, readers) of entities of which some tellings told."""
    told = sa.select(telling.c.entity_id).where(where)
    rows = await connection.execute(sa.select(entity.c.id, entity.c.repo, entity.c.readers).where(entity.c.id.in_(told)))
    return [(row.id, row.repo, row.readers) for row in rows]


async def remove_entities(connection: AsyncConnection, ids: Sequence[int]) -> dict[str, int]:
    """Remove entities with their other names, relations, facts, tellings and mentions, and out of the tellings of others."""
    removed: dict[str, int] = {}
    for some in _some(ids):
        await _untell(connection, set(some))
        for table, where in (
            (relation, sa.or_(relation.c.src.in_(some), relation.c.dst.in_(some))),
            (fact, sa.or_(fact.c.subject_id.in_(some), fact.c.object_id.in_(some))),
            (telling, telling.c.entity_id.in_(some)), (mention, mention.c.entity_id.in_(some)),
            (alias, alias.c.entity_id.in_(some)), (entity, entity.c.id.in_(some)),
        ):  # fmt: skip
            for name, count in (await remove_rows(connection, table, where)).items():
                removed[name] = removed.get(name, 0) + count
    return removed


async def _untell(connection: AsyncConnection, ids: set[int]) -> None:
    touched = sa.select(relation.c.src).where(relation.c.dst.in_(ids))
    for row in (await connection.execute(sa.select(telling).where(telling.c.entity_id.in_(touched)))).all():
        told = {
            name: {kind: [one for one in held if one not in ids] for kind, held in part.items()}
            for name, part in row.told.items()
        }
        if told != row.told:
            await connection.execute(sa.update(telling).where(telling.c.id == row.id).values(told=told))


async def scrub(connection: AsyncConnection, where: Where, change: Callable[[str, str, Json], tuple[str, Json]]) -> int:
    """Change actors and payloads of events: `change(id, actor, payload)` gives the new ones; tells how many it changed."""
    changed, after = 0, ""
    while True:
        query = sa.select(event.c.id, event.c.actor, event.c.payload).where(where, event.c.id > after)
        rows = (await connection.execute(query.order_by(event.c.id).limit(200))).all()
        for row in rows:
            after = row.id
            actor, payload = change(row.id, row.actor, row.payload)
            if (actor, payload) != (row.actor, row.payload):
                await connection.execute(sa.update(event).where(event.c.id == row.id).values(actor=actor, payload=payload))
                changed += 1
        if not rows:
            return changed


async def count(connection: AsyncConnection, table: sa.Table, where: Where) -> int:
    """How many rows there are."""
    return int((await connection.execute(sa.select(sa.func.count()).select_from(table).where(where))).scalar_one())


async def check_full_text(connection: AsyncConnection) -> None:
    """Raises when full text holds anything that no chunk holds; on PostgreSQL a foreign key sees to that."""
    if connection.dialect.name == "sqlite":
        await connection.execute(sa.text("INSERT INTO chunk_text(chunk_text, rank) VALUES ('integrity-check', 1)"))


def _some(values: Sequence[_T]) -> list[Sequence[_T]]:
    return [values[start : start + 500] for start in range(0, len(values), 500)]
