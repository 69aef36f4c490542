"""Copying all tables from one database to another, whichever kinds they are, and proving that both hold the same.

Rows that are there already stay, so what was cut off goes on. Full text follows by the triggers of the other database.
"""

import functools
import hashlib
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.errors import ConfigError
from forgecrew.core.json import canonical
from forgecrew.store.database import Database
from forgecrew.store.queries.inserting import insert_unless_there
from forgecrew.store.tables import metadata

ROWS, ROWS_WITH_BYTES = 1_000, 100
"""Rows of one batch, and of one whose rows may be large."""
Tell = Callable[[str, int], None]
"""Hears the name of a table and how many of its rows were looked at."""


@dataclass(frozen=True, slots=True)
class Digest:
    """How many rows a table has, and a sum over the hashes of all of them, whatever their order."""

    rows: int
    total: int


async def rows_of(database: Database, of_tables: Sequence[str] = ()) -> int:
    """How many rows some tables hold together; all of them when none is named."""
    count = 0
    async with database.read() as connection:
        for table in metadata.sorted_tables:
            if not of_tables or table.name in of_tables:
                count += int((await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one())
    return count


async def copy_tables(source: Database, target: Database, tell: Tell = lambda name, rows: None) -> dict[str, int]:
    """Copy and compare every table; gives rows by table. Raises ConfigError when the target holds anything else in the end."""
    copied: dict[str, int] = {}
    for table in metadata.sorted_tables:
        written, names = _plain(table), [column.name for column in table.columns]
        done, wanted = 0, Digest(0, 0)
        async for rows in _batches(source, table):
            async with target.write() as connection:
                await connection.execute(insert_unless_there(written), [dict(zip(names, row, strict=True)) for row in rows])
            done += len(rows)
            wanted = _added(wanted, rows)
            tell(table.name, done)
        found = await digest(target, table)
        if found != wanted:
            raise ConfigError(
                f"after copying, the table {table.name} is not the same in both databases ({wanted.rows} rows here, "
                f"{found.rows} there): something writes to one of them, or the other one held rows of its own. "
                "Nothing was changed here. Stop forgecrew, take an empty database and copy again"
            )
        async with target.write() as connection:
            await _go_on_numbering(connection, table)
        copied[table.name] = done
    return copied


async def digest(database: Database, table: sa.Table) -> Digest:
    """The rows of one table, read to the end."""
    found = Digest(0, 0)
    async for rows in _batches(database, table):
        found = _added(found, rows)
    return found


async def _batches(database: Database, table: sa.Table) -> AsyncGenerator[Sequence[sa.Row[Any]]]:
    """All rows by their primary key, each batch in a transaction of its own."""
    keys = list(table.primary_key.columns)
    places = {column.name: place for place, column in enumerate(table.columns)}
    large = any(isinstance(column.type, sa.LargeBinary) for column in table.columns)
    limit = ROWS_WITH_BYTES if large else ROWS
    after: tuple[Any, ...] = ()
    while True:
        query = sa.select(table).order_by(*keys).limit(limit)
        if after:
            bound = [sa.literal(value, key.type) for key, value in zip(keys, after, strict=True)]
            query = query.where(sa.tuple_(*keys) > sa.tuple_(*bound))
        async with database.read() as connection:
            rows = (await connection.execute(query)).all()
        if rows:
            yield rows
            after = tuple(rows[-1][places[key.name]] for key in keys)
        if len(rows) < limit:
            return


@functools.cache
def _plain(table: sa.Table) -> sa.Table:
    """The table to write to: what is nothing here is nothing there, and no default of ours fills it in."""
    columns = [
        sa.Column(
            column.name,
            sa.JSON(none_as_null=bool(column.nullable)) if isinstance(column.type, sa.JSON) else column.type,
            primary_key=column.primary_key,
            autoincrement=False,
        )
        for column in table.columns
    ]
    return sa.Table(table.name, sa.MetaData(), *columns)


def _added(to: Digest, rows: Sequence[sa.Row[Any]]) -> Digest:
    total = to.total
    for row in rows:
        text = canonical([_told(value) for value in row])
        total += int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest())
    return Digest(to.rows + len(rows), total % (1 << 128))


def _told(value: Any) -> Any:
    if isinstance(value, bytes):
        return hashlib.blake2b(value).hexdigest()
    return value.isoformat() if isinstance(value, datetime) else value


async def _go_on_numbering(connection: AsyncConnection, table: sa.Table) -> None:
    """PostgreSQL numbers rows by a counter of its own, which has not seen those that were copied."""
    key = next(iter(table.primary_key.columns))
    if connection.dialect.name != "postgresql" or not isinstance(key.type, sa.Integer) or len(table.primary_key.columns) > 1:
        return
    counter = (await connection.execute(sa.select(sa.func.pg_get_serial_sequence(table.name, key.name)))).scalar()
    if counter:
        newest = sa.select(sa.func.coalesce(sa.func.max(key), 0) + 1).scalar_subquery()
        await connection.execute(sa.select(sa.func.setval(sa.cast(counter, REGCLASS), newest, False)))
