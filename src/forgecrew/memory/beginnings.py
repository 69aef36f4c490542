"""What cannot be meant: a text that is older than a thread does not name it, whatever number stands in it.

Repositories move between forges and take commits along, not issues: `Fixes #1` of ten years ago is about another #1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.memory.extract.found import Key
from forgecrew.memory.extract.text_patterns import EXTRACTOR
from forgecrew.memory.prepare import Prepared
from forgecrew.memory.write_entities import Ids
from forgecrew.store.queries import beginnings

CLOCKS_DIFFER = timedelta(days=1)


async def respect_beginnings(connection: AsyncConnection, batch: Sequence[Prepared], ids: Ids, *, now: datetime) -> None:
    """Take out of the batch, and of what is kept, what texts say of threads that were opened after they were written."""
    threads = {ids[key]: key for prepared in batch for key in prepared.found.named if key.kind == "issue"}
    if not threads:
        return
    began = {threads[id]: at for id, at in (await beginnings.of(connection, list(threads))).items()}
    told = {key: at for prepared in batch for key, at in prepared.found.begun.items() if key not in began}
    for key, at in told.items():
        await beginnings.keep(connection, ids[key], at)
        await beginnings.drop_earlier(connection, ids[key], at - CLOCKS_DIFFER, EXTRACTOR, now=now)
    for prepared in batch:
        _forget_early(prepared, began | told)


def _forget_early(prepared: Prepared, began: Mapping[Key, datetime]) -> None:
    early = {key for key, at in began.items() if prepared.found.at < at - CLOCKS_DIFFER}
    if early:
        prepared.found.links = [one for one in prepared.found.links if one.extractor != EXTRACTOR or one.dst not in early]
        prepared.pieces = [
            replace(one, named=tuple(key for key in one.named if key not in early)) for one in prepared.pieces
        ]  # fmt: skip
