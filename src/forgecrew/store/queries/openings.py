"""How threads began: title and first text of issues and pull requests, put together from their chunks, inside a scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.scope import Scope
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.vector import vector


@dataclass(frozen=True, slots=True)
class Opening:
    """One thread as it was opened; `text_hash` is that of its first chunk, `trusted` tells whether a member wrote it."""

    entity_id: int
    key: str
    kind: str
    title: str
    body: str
    author: str
    at: datetime
    integrity: int
    readers: str
    text_hash: str

    @property
    def number(self) -> int:
        """Its number in its repository."""
        return int(self.key.rpartition("#")[2] or 0)


async def openings(connection: AsyncConnection, scope: Scope, thread_keys: Sequence[str]) -> dict[str, Opening]:
    """Threads by key (owner/name#3); those that the scope hides are left out."""
    columns = (
        chunk.c.entity_id,
        chunk.c.thread_key,
        chunk.c.kind,
        chunk.c.author,
        chunk.c.at,
        chunk.c.integrity,
        chunk.c.readers,
    )
    query = (
        sa.select(*columns, chunk.c.text, chunk.c.text_hash, entity.c.name)
        .join(entity, entity.c.id == chunk.c.entity_id)
        .where(
            chunk.c.source_key.in_([f"{key}/body" for key in thread_keys]), chunk.c.live, chunk.c.text != "",
            visible(chunk, scope), visible(entity, scope),
        )
        .order_by(chunk.c.source_key, chunk.c.seq)
    )  # fmt: skip
    found: dict[str, Opening] = {}
    for row in await connection.execute(query):
        held = found.get(row.thread_key)
        body = f"{held.body}\n\n{row.text}" if held else row.text.removeprefix(row.name).strip()
        first = held.text_hash if held else row.text_hash
        found[row.thread_key] = Opening(
            row.entity_id, row.thread_key, row.kind, row.name, body, row.author, row.at, row.integrity, row.readers, first
        )  # fmt: skip
    return found


async def model_of(connection: AsyncConnection, text_hash: str) -> str:
    """A model whose vector of a text is kept; empty when there is none."""
    query = sa.select(vector.c.model_id).where(vector.c.text_hash == text_hash).order_by(vector.c.model_id).limit(1)
    return (await connection.execute(query)).scalar_one_or_none() or ""
