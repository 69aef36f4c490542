"""Writing texts: chunks by place and version, what they name, and their hashes in the queue for vectors."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.memory.extract.found import Key
from forgecrew.memory.prepare import Piece, Prepared
from forgecrew.store.queries import chunk_keeping

Ids = dict[Key, int]


async def write_texts(connection: AsyncConnection, batch: Sequence[Prepared], ids: Ids, *, now: datetime) -> int:
    """Keep new chunks, let the newest version of each place be the live one; gives how many chunks are new."""
    rows: dict[tuple[str, str, int], Json] = {}
    named: dict[tuple[str, str, int], tuple[Key, ...]] = {}
    again: dict[tuple[str, str], datetime] = {}
    for prepared in batch:
        for piece in prepared.pieces:
            key = (piece.said.source_key[:300], piece.version, piece.seq)
            if key in rows:  # told twice within the batch
                again[key[:2]] = max(prepared.found.at, again.get(key[:2], prepared.found.at))
                continue
            rows[key], named[key] = _row(prepared, piece, ids), piece.named
        for source, version in prepared.again:
            place = (source[:300], version)
            again[place] = max(prepared.found.at, again.get(place, prepared.found.at))
    new = await chunk_keeping.add(connection, list(rows.values()))
    known_by_now = {(key[0], key[1]) for key in rows if key not in new}
    for place in known_by_now:
        at: datetime = rows[*place, 0]["at"]
        again[place] = max(at, again.get(place, at))
    await chunk_keeping.add_mentions(
        connection, [{"chunk_id": id, "entity_id": ids[one]} for key, id in new.items() for one in named[key] if one in ids]
    )
    await chunk_keeping.told_again(connection, [(source, version, at) for (source, version), at in again.items()])
    changed = sorted({source for source, _, _ in new} | {source for source, _ in again})
    if changed:
        await chunk_keeping.settle(connection, changed)
    texts = [rows[key]["text_hash"] for key in new if rows[key]["text"]]
    await chunk_keeping.queue_embeddings(connection, texts, now=now)
    return len(new)


def _row(prepared: Prepared, piece: Piece, ids: Ids) -> Json:
    found, said = prepared.found, piece.said
    return {
        "event_id": prepared.event_id, "entity_id": ids[said.about], "repo": found.repo, "readers": found.readers,
        "integrity": found.integrity, "provenance": said.provenance, "kind": said.kind,
        "source_key": said.source_key[:300], "version": piece.version, "seq": piece.seq, "live": True,
        "thread_key": said.thread_key[:300], "author": said.author[:100], "at": found.at, "told_at": found.at,
        "text": piece.text, "identifiers": piece.identifiers, "text_hash": piece.text_hash, "tokens": piece.tokens,
    }  # fmt: skip
