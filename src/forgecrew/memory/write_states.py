"""Writing what events told of states: tellings are kept, and the spans that follow from them are brought up to date."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.memory.extract.found import Key, Told
from forgecrew.memory.extract.states import EXTRACTOR
from forgecrew.memory.prepare import Prepared
from forgecrew.memory.timeline import Slots, Span, Telling, changes, spans
from forgecrew.store.queries import tellings

Ids = dict[Key, int]
Whose = dict[int, tuple[str, str]]
"""Repository and readers of what an entity's relations tell, by entity."""


async def write_states(connection: AsyncConnection, batch: Sequence[Prepared], ids: Ids, *, now: datetime) -> None:
    """In the usual order of time only the newest spans are touched; a late telling has its entity worked out anew."""
    rows: dict[tuple[int, str], Json] = {}
    whose: Whose = {}
    for prepared in batch:
        for told in prepared.found.told:
            row = _row(prepared, told, ids)
            key = (row["entity_id"], prepared.event_id)
            rows[key] = _merged(rows[key], row) if key in rows else row
            whose[row["entity_id"]] = (prepared.found.repo, prepared.found.readers)
    new = await tellings.add(connection, list(rows.values()))
    fresh: dict[int, list[Telling]] = {}
    for key in sorted(new, key=lambda one: (rows[one]["at"], one[1])):
        row = rows[key]
        fresh.setdefault(key[0], []).append(Telling(row["at"], row["event_id"], row["extractor"], row["told"]))
    if not fresh:
        return
    newest = await tellings.newest(connection, list(fresh), but=[event_id for _, event_id in new])
    late = [id for id, told in fresh.items() if id in newest and told[0].at <= newest[id]]
    late += [id for id, told in fresh.items() if id not in late and len({one.at for one in told}) < len(told)]
    await _extend(connection, {id: told for id, told in fresh.items() if id not in late}, whose, now)
    for entity_id in late:
        await rework(connection, entity_id, whose[entity_id], now=now)


async def _extend(connection: AsyncConnection, fresh: dict[int, list[Telling]], whose: Whose, now: datetime) -> None:
    held: dict[int, dict[tuple[str, int], Any]] = {}
    for row in await tellings.following(connection, list(fresh), only_open=True):
        held.setdefault(row.src, {})[row.kind, row.dst] = row.id
    ended: list[tuple[int, datetime]] = []
    made: list[Json] = []
    for entity_id, told in fresh.items():
        there = held.get(entity_id, {})
        begun_here: dict[tuple[str, int], Json] = {}
        for telling in told:
            begun, over = changes(telling, set(there) | set(begun_here))
            for pair in over:
                if pair in begun_here:
                    made.append(begun_here.pop(pair) | {"valid_to": telling.at, "closed_at": now})
                else:
                    ended.append((there.pop(pair), telling.at))
            for pair in begun:
                span = Span(*pair, telling.at, None, telling.event_id, telling.extractor)
                begun_here[pair] = _relation(entity_id, span, whose[entity_id], now)
        made += begun_here.values()
    await tellings.close(connection, ended, now=now)
    await tellings.insert(connection, made)


async def rework(connection: AsyncConnection, entity_id: int, whose: tuple[str, str], *, now: datetime) -> None:
    """Work out all spans of an entity from all its tellings; rows that were wrong are superseded, not changed."""
    told = [Telling(row.at, row.event_id, row.extractor, row.told) for row in await tellings.of(connection, entity_id)]
    wanted = {(span.kind, span.dst, span.since): span for span in spans(told)}
    ended: list[tuple[int, datetime]] = []
    wrong: list[int] = []
    for row in await tellings.following(connection, [entity_id], only_open=False):
        span = wanted.get((row.kind, row.dst, row.valid_from))
        if span is not None and span.until == row.valid_to:
            del wanted[row.kind, row.dst, row.valid_from]
        elif span is not None and row.valid_to is None and span.until is not None:
            ended.append((row.id, span.until))
            del wanted[row.kind, row.dst, row.valid_from]
        else:
            wrong.append(row.id)
    await tellings.supersede(connection, wrong, now=now)
    await tellings.close(connection, ended, now=now)
    await tellings.insert(connection, [_relation(entity_id, span, whose, now) for span in wanted.values()])


def _row(prepared: Prepared, told: Told, ids: Ids) -> Json:
    slots: Slots = {
        name: {kind: sorted(ids[key] for key in keys) for kind, keys in part.items()}
        for name, part in (("whole", told.whole), ("more", told.more), ("less", told.less))
        if part
    }
    return {
        "entity_id": ids[told.about], "at": prepared.found.at, "event_id": prepared.event_id, "extractor": EXTRACTOR,
        "told": slots,
    }  # fmt: skip


def _merged(one: Json, other: Json) -> Json:
    """Two tellings of one event about one entity are one."""
    both: Json = {name: dict(part) for name, part in one["told"].items()}
    for name, part in other["told"].items():
        both[name] = both.get(name, {}) | part
    return one | {"told": both}


def _relation(entity_id: int, span: Span, whose: tuple[str, str], now: datetime) -> Json:
    return {
        "src": entity_id, "kind": span.kind, "dst": span.dst, "repo": whose[0], "readers": whose[1],
        "valid_from": span.since, "valid_to": span.until, "recorded_at": now,
        "closed_at": None if span.until is None else now, "event_id": span.event_id, "extractor": span.extractor,
        "confidence": 1.0,
    }  # fmt: skip
