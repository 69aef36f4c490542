"""A rest ends with its time or with the first of what it waits for; nothing of it is left behind."""

import asyncio

from forgecrew.core.rest import rest


async def test_it_ends_with_its_time() -> None:
    one, other = asyncio.Event(), asyncio.Event()
    await rest(0.01, one)
    await rest(0.01, one, other)
    assert not one.is_set()


async def test_it_ends_with_whatever_is_set_first() -> None:
    stopping, arrived = asyncio.Event(), asyncio.Event()
    for waker in (stopping, arrived):
        asyncio.get_running_loop().call_later(0.01, waker.set)
        await rest(None, stopping, arrived)
        assert waker.is_set()
        waker.clear()
    stopping.set()
    await rest(None, stopping)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
