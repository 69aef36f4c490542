"""Inserting a row unless an equal one is there, on both databases."""

import functools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json


def insert_into(connection: AsyncConnection, table: sa.Table) -> Any:
    """An INSERT of the connection's dialect, which knows ON CONFLICT."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


@functools.cache
def insert_unless_there(table: sa.Table, on_conflict: str = "DO NOTHING") -> sa.Insert:
    """An INSERT with a conflict clause in words that both databases know. Keep what you make of it (`returning`) too.

    The dialects' own objects for that are compiled anew each time, which costs more than the insert; this one is compiled once.
    """
    statement = sa.insert(table)
    statement._post_values_clause = sa.text(f"ON CONFLICT {on_conflict}")  # pyright: ignore[reportPrivateUsage]
    return statement


@functools.cache
def _insert_giving(table: sa.Table, key: sa.Column[Any]) -> Any:
    return insert_unless_there(table).returning(key)


async def insert_new(connection: AsyncConnection, table: sa.Table, values: Json, key: sa.Column[Any]) -> Any:
    """The key of the inserted row; None when a unique constraint already holds an equal one."""
    statement = insert_into(connection, table).values(**values).on_conflict_do_nothing().returning(key)
    return (await connection.execute(statement)).scalar_one_or_none()


async def insert_many_new(connection: AsyncConnection, table: sa.Table, rows: Sequence[Json], key: sa.Column[Any]) -> list[Any]:
    """Keys of those rows that were not there yet."""
    return list((await connection.execute(_insert_giving(table, key), list(rows))).scalars())


async def put(connection: AsyncConnection, table: sa.Table, values: Json) -> None:
    """Insert a row or replace the one with the same primary key."""
    keys = [column.name for column in table.primary_key]
    statement = insert_into(connection, table).values(**values)
    changed = {name: statement.excluded[name] for name in values if name not in keys}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))
