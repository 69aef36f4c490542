"""What contents of files define, call and import: kept once for each content."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.store.queries.inserting import insert_unless_there
from forgecrew.store.tables.code_blob import blob_reference, blob_symbol, code_text
from forgecrew.store.tables.code_blob import code_blob as table

_SOME = 400
_ANEW = (
    "(sha) DO UPDATE SET lang = excluded.lang, indexed_version = excluded.indexed_version, skipped = excluded.skipped,"
    " lines = excluded.lines, words = excluded.words WHERE code_blob.indexed_version < excluded.indexed_version"
)


async def known(connection: AsyncConnection, shas: Sequence[str], *, version: int) -> dict[str, int]:
    """Ids of contents that are kept in this version, by their hash."""
    found: dict[str, int] = {}
    for start in range(0, len(shas), _SOME):
        query = sa.select(table.c.sha, table.c.id).where(table.c.sha.in_(shas[start : start + _SOME]))
        found |= {row.sha: row.id for row in await connection.execute(query.where(table.c.indexed_version >= version))}
    return found


async def keep(connection: AsyncConnection, rows: Sequence[Json], *, now: datetime) -> dict[str, int]:
    """Keep contents, in place of older versions of themselves; ids of those that nobody else has kept meanwhile, by hash."""
    if not rows:
        return {}
    statement = insert_unless_there(table, _ANEW).returning(table.c.id, table.c.sha)
    made = await connection.execute(statement, [row | {"at": now} for row in rows])
    return {row.sha: row.id for row in made}


async def ids(connection: AsyncConnection, shas: Sequence[str]) -> dict[str, int]:
    """Ids of contents in whichever version, by hash."""
    return await known(connection, shas, version=0)


async def replace_children(
    connection: AsyncConnection, blob_ids: Sequence[int], symbols: Sequence[Json], references: Sequence[Json]
) -> None:
    """What some contents define and refer to; rows hold blob_id."""
    for start in range(0, len(blob_ids), _SOME):
        some = blob_ids[start : start + _SOME]
        for child in (blob_symbol, blob_reference):
            await connection.execute(sa.delete(child).where(child.c.blob_id.in_(some)))
    if symbols:
        await connection.execute(sa.insert(blob_symbol), list(symbols))
    if references:
        await connection.execute(sa.insert(blob_reference), list(references))


async def keep_texts(connection: AsyncConnection, texts: Mapping[str, str]) -> list[str]:
    """Keep texts by their hash; gives the hashes of those that are new."""
    if not texts:
        return []
    rows = [{"text_hash": key, "text": text} for key, text in texts.items()]
    made = await connection.execute(insert_unless_there(code_text).returning(code_text.c.text_hash), rows)
    return list(made.scalars())


async def texts(connection: AsyncConnection, hashes: Sequence[str]) -> dict[str, str]:
    """Texts of pieces by hash. Hashes come out of rows that were read inside a scope."""
    found: dict[str, str] = {}
    for start in range(0, len(hashes), _SOME):
        query = sa.select(code_text).where(code_text.c.text_hash.in_(hashes[start : start + _SOME]))
        found |= {row.text_hash: row.text for row in await connection.execute(query)}
    return found
