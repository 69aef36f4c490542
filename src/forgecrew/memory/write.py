"""Writing what a batch of events brings, in one transaction: entities, relations, spans of states, chunks, mentions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.memory.beginnings import respect_beginnings
from forgecrew.memory.follow_readers import follow_readers
from forgecrew.memory.prepare import Prepared
from forgecrew.memory.withhold import all_tombstones, withhold
from forgecrew.memory.write_entities import Ids, write_entities
from forgecrew.memory.write_pages import write_pages
from forgecrew.memory.write_states import write_states
from forgecrew.memory.write_texts import write_texts
from forgecrew.store.queries import relation_keeping, tombstones


async def write(connection: AsyncConnection, batch: Sequence[Prepared], *, now: datetime) -> int:
    """Keep everything, oldest event first; gives how many chunks are new. What was there already is not doubled."""
    forgotten = await tombstones.among(connection, all_tombstones(batch))
    if forgotten:
        for prepared in batch:
            withhold(prepared, forgotten)
    await follow_readers(connection, batch)
    ids = await write_entities(connection, batch)
    await respect_beginnings(connection, batch, ids, now=now)
    await relation_keeping.keep(connection, _links(batch, ids, now))
    await write_states(connection, batch, ids, now=now)
    await write_pages(connection, batch, ids, now=now)
    return await write_texts(connection, batch, ids, now=now)


def _links(batch: Sequence[Prepared], ids: Ids, now: datetime) -> list[Json]:
    """Rows of relations, each once with its earliest beginning: one statement must not touch a row twice."""
    rows: dict[tuple[int, str, int], Json] = {}
    for prepared in batch:
        found = prepared.found
        for link in found.links:
            pair = (ids[link.src], link.kind, ids[link.dst])
            if pair not in rows or found.at < rows[pair]["valid_from"]:
                rows[pair] = {
                    "src": pair[0], "kind": link.kind, "dst": pair[2], "repo": found.repo, "readers": found.readers,
                    "valid_from": found.at, "recorded_at": now, "event_id": prepared.event_id,
                    "extractor": link.extractor, "confidence": link.confidence,
                }  # fmt: skip
    return list(rows.values())
