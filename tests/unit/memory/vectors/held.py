"""Chunks with vectors, put into the tables as the write path and the embedder do."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import sqlalchemy as sa

from forgecrew.memory.vectors.halves import to_bytes
from forgecrew.ports.embedder import Vectors
from forgecrew.store.database import Database
from forgecrew.store.queries import vectors
from forgecrew.store.tables.chunk import chunk

MODEL = "tiny"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def unit_rows(count: int, seed: int = 0, dimension: int = 48) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


async def put_chunks(
    database: Database,
    ids: Sequence[int],
    *,
    repo: str = "acme/tally",
    readers: str = "public",
    integrity: int = 2,
    author: str = "mia",
) -> None:
    rows = [
        {
            "id": id, "event_id": "e", "entity_id": 1, "repo": repo, "readers": readers, "integrity": integrity,
            "provenance": "said", "kind": "comment", "source_key": f"s{id}", "version": "v", "seq": 0, "live": True,
            "thread_key": "t", "author": author, "at": NOW, "told_at": NOW, "text": f"text {id}", "identifiers": "",
            "text_hash": f"{id:032x}", "tokens": 2,
        }
        for id in ids
    ]  # fmt: skip
    async with database.write() as connection:
        await connection.execute(sa.insert(chunk), rows)


async def put_vectors(database: Database, ids: Sequence[int], rows: Vectors, model: str = MODEL) -> None:
    made = [(f"{id:032x}", rows.shape[1], *kept) for id, kept in zip(ids, to_bytes(rows), strict=True)]
    async with database.write() as connection:
        await vectors.keep(connection, model, made)
