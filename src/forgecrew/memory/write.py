"""Writing what a batch of events brings, in one transaction: entities, relations, spans of states, chunks, mentions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.core.label import PUBLIC
from forgecrew.memory.extract.found import Key, Named
from forgecrew.memory.prepare import Prepared
from forgecrew.memory.withhold import all_tombstones, withhold
from forgecrew.memory.write_pages import write_pages
from forgecrew.memory.write_states import write_states
from forgecrew.memory.write_texts import write_texts
from forgecrew.store.queries import entity_keeping, relabel, relation_keeping, tombstones

Ids = dict[Key, int]


async def write(connection: AsyncConnection, batch: Sequence[Prepared], *, now: datetime) -> int:
    """Keep everything, oldest event first; gives how many chunks are new. What was there already is not doubled."""
    forgotten = await tombstones.among(connection, all_tombstones(batch))
    if forgotten:
        for prepared in batch:
            withhold(prepared, forgotten)
    await _follow_repositories(connection, batch)
    ids = await _write_entities(connection, batch)
    await relation_keeping.keep(connection, _links(batch, ids, now))
    await write_states(connection, batch, ids, now=now)
    await write_pages(connection, batch, ids, now=now)
    return await write_texts(connection, batch, ids, now=now)


async def _follow_repositories(connection: AsyncConnection, batch: Sequence[Prepared]) -> None:
    """A repository that is told with other readers than before takes along all that is kept of it."""
    told = {one.found.repo: one.found.readers for one in batch if one.found.named and not one.found.own_readers}
    known = await relabel.readers_of(connection, {one.found.repo: one.found.readers for one in batch})
    for repo, before in known.items():
        if before != told.get(repo, before):
            await relabel.relabel(connection, repo, before=before, now=told[repo])
    known |= told
    for prepared in batch:
        now = known.get(prepared.found.repo, prepared.found.readers)
        if not prepared.found.own_readers or prepared.found.readers == PUBLIC:
            _relabelled(prepared, now)


def _relabelled(prepared: Prepared, readers: str) -> None:
    if prepared.found.readers != readers:
        before, prepared.found.readers = prepared.found.readers, readers
        for named in prepared.found.named.values():
            if named.readers == before and named.repo == prepared.found.repo:
                named.readers = readers


async def _write_entities(connection: AsyncConnection, batch: Sequence[Prepared]) -> Ids:
    """One row per entity of the batch: what the newest certain telling says, else what the first one says."""
    chosen: dict[Key, tuple[Named, datetime]] = {}
    for prepared in batch:
        at = prepared.found.at
        for key, named in prepared.found.named.items():
            before = chosen.get(key)
            if before is None or (named.certain, at) >= (before[0].certain, before[1]):
                chosen[key] = (named, at)
    rows: list[Json] = [
        {
            "kind": key.kind, "key": key.key, "name": named.name, "repo": named.repo, "readers": named.readers,
            "attrs": named.attrs, "at": at, "certain": named.certain,
        }
        for key, (named, at) in sorted(chosen.items())
    ]  # fmt: skip
    found = await entity_keeping.keep(connection, rows) if rows else {}
    return {Key(*pair): id for pair, id in found.items()}


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
