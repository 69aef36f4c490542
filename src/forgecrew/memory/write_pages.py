"""Writing pages of memory as facts with two times: an edited page supersedes its old row, a removed one closes it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.memory.extract.found import Key, PageTold
from forgecrew.memory.pages.page import EXTRACTOR
from forgecrew.memory.prepare import Prepared
from forgecrew.store.queries import facts

QUOTE_CHARACTERS = 300


async def write_pages(connection: AsyncConnection, batch: Sequence[Prepared], ids: dict[Key, int], *, now: datetime) -> None:
    """Of each page what was told last counts; told once more it changes nothing."""
    for prepared in sorted((one for one in batch if one.found.pages), key=lambda one: (one.found.at, one.event_id)):
        for told in prepared.found.pages:
            await _write(connection, prepared, told, ids[told.about], now)


async def _write(connection: AsyncConnection, prepared: Prepared, told: PageTold, subject_id: int, now: datetime) -> None:
    if await facts.told_later(connection, told.source_key, prepared.found.at):
        return
    here = await facts.live(connection, subject_id, EXTRACTOR)
    if not told.text:
        await facts.close(connection, [row.id for row in here if row.valid_to is None or row.valid_to > prepared.found.at],
                          at=prepared.found.at)  # fmt: skip
        return
    key = hashlib.sha256(told.text.encode("utf-8", "surrogatepass")).hexdigest()
    same = [
        row for row in here
        if (row.predicate, row.object_key, row.valid_to) == (told.kind, key, told.expires)
    ]  # fmt: skip
    if same:
        return
    found = prepared.found
    row: Json = {
        "subject_id": subject_id, "predicate": told.kind, "object_id": None, "object_text": told.text, "object_key": key,
        "repo": found.repo, "readers": found.readers, "integrity": found.integrity, "valid_from": told.since,
        "valid_to": told.expires, "recorded_at": now, "event_id": prepared.event_id,
        "quote": told.text[:QUOTE_CHARACTERS], "extractor": EXTRACTOR, "model": "", "confidence": 1.0,
    }  # fmt: skip
    await facts.supersede(connection, [one.id for one in here], row, now=now)
