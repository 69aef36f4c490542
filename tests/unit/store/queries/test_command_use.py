"""What commands used is kept per repository and shape, by several workers at once, and not for ever."""

import asyncio

from forgecrew.core.command_use import KEPT, CommandUse
from forgecrew.store.database import Database
from forgecrew.store.queries import command_use


def use(mib: int, profile: str = "medium") -> CommandUse:
    return CommandUse(profile, "exit", mib << 20, 1.5, 0.25)


async def test_runs_are_kept_by_repository_and_shape_oldest_first(database: Database) -> None:
    async with database.write() as connection:
        await command_use.add(connection, "o/r", "pytest", [use(1), use(2)])
        assert await command_use.add(connection, "o/r", "pytest", [use(3)]) == [use(1), use(2), use(3)]
        await command_use.add(connection, "o/other", "pytest", [use(9)])
    async with database.read() as connection:
        assert await command_use.recent(connection, "o/r", "pytest") == [use(1), use(2), use(3)]
        assert await command_use.recent(connection, "o/r", "make") == []


async def test_workers_do_not_lose_what_others_wrote(database: Database) -> None:
    async def add(mib: int) -> None:
        async with database.write() as connection:
            await command_use.add(connection, "o/r", "make", [use(mib)])

    await asyncio.gather(*(add(mib) for mib in range(1, 13)))
    async with database.read() as connection:
        found = await command_use.recent(connection, "o/r", "make")
    assert {one.memory_bytes >> 20 for one in found} == set(range(1, 13))


async def test_old_runs_and_old_shapes_go(database: Database) -> None:
    async with database.write() as connection:
        kept = await command_use.add(connection, "o/r", "first", [use(mib) for mib in range(KEPT + 5)])
        assert len(kept) == KEPT and kept[-1] == use(KEPT + 4)
        for number in range(command_use.SHAPES_MAX):
            await command_use.add(connection, "o/r", f"shape {number}", [use(1)])
    async with database.read() as connection:
        assert await command_use.recent(connection, "o/r", "first") == []
        assert await command_use.recent(connection, "o/r", "shape 0") == [use(1)]
