"""Entities of a batch: one row each, whatever events tell of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.memory.extract.found import Key, Named
from forgecrew.memory.prepare import Prepared
from forgecrew.store.queries import entity_keeping

Ids = dict[Key, int]


async def write_entities(connection: AsyncConnection, batch: Sequence[Prepared]) -> Ids:
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
