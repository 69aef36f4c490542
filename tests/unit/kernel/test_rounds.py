"""A part of a process that is done every few seconds: it outlives what does not answer, and tells the same problem once."""

import asyncio
import logging

import pytest

from forgecrew.core.errors import WorldError
from forgecrew.kernel.rounds import again_and_again


async def test_the_same_problem_is_told_once_until_it_worked_again(caplog: pytest.LogCaptureFixture) -> None:
    stopping, outcomes = asyncio.Event(), [OSError("down"), OSError("down"), None, OSError("down"), WorldError("far"), None]

    async def part() -> None:
        outcome = outcomes.pop(0)
        if not outcomes:
            stopping.set()
        if outcome is not None:
            raise outcome

    with caplog.at_level(logging.WARNING):
        await again_and_again(part, 0.001, stopping, so="pages wait", beside=(WorldError,))
    assert [record.getMessage() for record in caplog.records] == ["pages wait: down", "pages wait: down", "pages wait: far"]


async def test_what_is_not_expected_ends_it() -> None:
    async def part() -> None:
        raise WorldError("far")

    with pytest.raises(WorldError):
        await again_and_again(part, 0.001, asyncio.Event())


async def test_a_part_with_more_to_do_is_done_again_at_once_and_wakers_have_it_done_early() -> None:
    stopping, arrived, left = asyncio.Event(), asyncio.Event(), [True, True, False, True, False]

    async def part() -> bool:
        assert not arrived.is_set()
        more = left.pop(0)
        if not left:
            stopping.set()
        elif not more:
            asyncio.get_running_loop().call_soon(arrived.set)
        return more

    async with asyncio.timeout(60):
        await again_and_again(part, 3600, stopping, arrived)
    assert not left


async def test_trouble_may_take_a_rest_of_its_own() -> None:
    stopping, outcomes = asyncio.Event(), [OSError("down"), OSError("down"), None]

    async def part() -> None:
        outcome = outcomes.pop(0)
        if outcome is not None:
            raise outcome
        stopping.set()

    async with asyncio.timeout(60):
        await again_and_again(part, 3600, stopping, trouble_seconds=0.001)
    assert not outcomes
