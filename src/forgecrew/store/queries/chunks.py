"""Chunks as they are read inside a scope."""

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.label import Integrity, Label
from forgecrew.core.scope import Scope
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.chunk import chunk as table
from forgecrew.store.tables.chunk import mention


class Chunk(NamedTuple):
    """One piece of text, where it stands and how far it is trusted. `provenance` is said, own or recalled.

    A plain tuple underneath, since one recall reads hundreds.
    """

    id: int
    event_id: str
    entity_id: int
    repo: str
    label: Label
    provenance: str
    kind: str
    source_key: str
    seq: int
    live: bool
    thread_key: str
    author: str
    at: datetime
    text: str
    text_hash: str
    tokens: int
    identifiers: str = ""


COLUMNS = (
    table.c.id, table.c.event_id, table.c.entity_id, table.c.repo, table.c.integrity, table.c.readers, table.c.provenance,
    table.c.kind, table.c.source_key, table.c.seq, table.c.live, table.c.thread_key, table.c.author, table.c.at, table.c.text,
    table.c.text_hash, table.c.tokens, table.c.identifiers,
)  # fmt: skip


def from_row(row: Sequence[Any]) -> Chunk:
    """A row of COLUMNS as the noun."""
    id, event_id, entity_id, repo, integrity, readers, *others = row
    return Chunk(id, event_id, entity_id, repo, _label(integrity, readers), *others)


@functools.lru_cache(maxsize=1024)
def _label(integrity: int, readers: str) -> Label:
    """Few are different, and hundreds of rows are read at once."""
    return Label(Integrity(integrity), readers)


async def by_ids(connection: AsyncConnection, scope: Scope, ids: Sequence[int]) -> dict[int, Chunk]:
    """Chunks by id; those that the scope hides are left out."""
    query = sa.select(*COLUMNS).where(table.c.id.in_(ids), visible(table, scope))
    return {row.id: from_row(row) for row in (await connection.execute(query)).all()}


async def newest(connection: AsyncConnection) -> int:
    """The highest id; 0 when there is none. Ids are given in order."""
    return int((await connection.execute(sa.select(sa.func.max(table.c.id)))).scalar() or 0)


async def with_words(connection: AsyncConnection, words: str, *, after: int, limit: int) -> Sequence[Any]:
    """Rows of what people said with these very characters in it, by id."""
    said = (table.c.id > after, table.c.live, table.c.provenance == "said", table.c.text.contains(words, autoescape=True))
    return (await connection.execute(sa.select(table).where(*said).order_by(table.c.id).limit(limit))).all()


async def of_thread(connection: AsyncConnection, scope: Scope, thread_key: str, *, limit: int = 200) -> list[Chunk]:
    """What is said in one thread now, oldest first."""
    query = sa.select(*COLUMNS).where(table.c.thread_key == thread_key, table.c.live, table.c.text != "", visible(table, scope))
    return [from_row(row) for row in await connection.execute(query.order_by(table.c.at, table.c.seq).limit(limit))]


async def naming(connection: AsyncConnection, scope: Scope, entity_id: int, *, limit: int = 20) -> list[Chunk]:
    """What names an entity now, newest first."""
    query = sa.select(*COLUMNS).join(mention, mention.c.chunk_id == table.c.id)
    query = query.where(mention.c.entity_id == entity_id, table.c.live, visible(table, scope))
    return [
        from_row(row) for row in await connection.execute(query.order_by(table.c.at.desc(), table.c.id.desc()).limit(limit))
    ]
