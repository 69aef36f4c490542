import asyncio
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.store.database import Database
from forgecrew.store.queries import cursors
from forgecrew.store.tables.cursor import cursor


async def names(database: Database) -> list[str]:
    async with database.read() as connection:
        return list((await connection.execute(sa.select(cursor.c.name).order_by(cursor.c.name))).scalars())


async def test_all_statements_of_a_piece_of_work_are_one_transaction_in_another_thread(database: Database) -> None:
    async def work(connection: AsyncConnection) -> tuple[str | None, int]:
        await cursors.set_value(connection, "one", "1")
        await cursors.set_value(connection, "two", "2")
        return await cursors.get(connection, "two"), threading.get_ident()

    value, thread = await database.write_at_once(work)
    assert value == "2" and thread != threading.get_ident()
    assert await names(database) == ["one", "two"]
    assert await database.read_at_once(lambda connection: cursors.get(connection, "one")) == "1"


async def test_an_error_rolls_all_of_it_back(database: Database) -> None:
    async def work(connection: AsyncConnection) -> None:
        await cursors.set_value(connection, "one", "1")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await database.write_at_once(work)
    assert await names(database) == []


async def test_waiting_for_anything_but_the_connection_is_refused_and_rolled_back(database: Database) -> None:
    async def work(connection: AsyncConnection) -> None:
        await cursors.set_value(connection, "one", "1")
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="nothing but its own connection"):
        await database.write_at_once(work)
    assert await names(database) == []


async def test_closing_lets_what_has_begun_end(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    async def work(connection: AsyncConnection) -> None:
        begun.set()
        go_on.wait(20)
        await cursors.set_value(connection, "one", "1")

    writing = asyncio.create_task(database.write_at_once(work))
    await asyncio.to_thread(begun.wait, 20)
    writing.cancel()
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    assert not closing.done()
    go_on.set()
    await closing
    again = Database(database.url)
    assert await names(again) == ["one"]
    await again.close()


async def test_closing_right_after_the_first_use_waits_for_it(database: Database) -> None:
    done: list[str] = []

    async def work(connection: AsyncConnection) -> None:
        done.append("begun")
        await cursors.set_value(connection, "one", "1")
        done.append("ended")

    writing = asyncio.create_task(database.write_at_once(work))
    await asyncio.sleep(0)  # handed to the thread, which makes its connection first
    writing.cancel()
    await database.close()
    assert done in ([], ["begun", "ended"])
    assert not [thread for thread in threading.enumerate() if thread in database._writing._thread._threads]  # pyright: ignore
