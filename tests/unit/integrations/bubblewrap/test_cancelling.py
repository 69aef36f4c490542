"""What is cancelled, or removed, while launchers come and go leaves none of them behind."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from forgecrew.core.command import Command
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.bubblewrap.footing import Footing
from forgecrew.integrations.bubblewrap.ground import Ground
from forgecrew.integrations.bubblewrap.probe import strongest
from forgecrew.integrations.bubblewrap.tree import descendants
from forgecrew.sandboxing.box import Box

SMALL = Profile(name="small", memory_bytes=128 << 20, pids=32, wall_seconds=60)
TURNS = 8


@dataclass(frozen=True, slots=True)
class Place:
    """One sandbox, whose launchers can be waited for."""

    footing: Footing
    ground: Ground
    box: Box

    async def readied(self) -> None:
        """A launcher waits in it."""
        assert (await self.box.exec(Command(("true",)))).ok
        await self.ground.spares.settle()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    try:
        machine = await strongest(tmp_path, cgroups=True, own_uid=True)
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    footing = Footing(machine, "cancelling")
    ground = footing.fresh(SandboxSpec("one", profile=SMALL), tmp_path / "one", set())
    await ground.make()
    box = Box(ground)
    yield Place(footing, ground, box)
    await box.destroy()
    await footing.leave()


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def sandboxes() -> set[int]:
    """Those that this process has now."""
    return {pid for pid in descendants(os.getpid()) if Path(f"/proc/{pid}/comm").read_text() == "bwrap\n"}


async def turned(task: "asyncio.Future[Any]", turns: int) -> None:
    """Cancel it after so many turns of the loop, and wait for its end."""
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_launcher_that_does_not_fit_is_ended_also_by_a_cancelled_command(place: Place) -> None:
    await place.readied()
    await place.footing.leave()
    before = descriptors()
    for turns in range(1, TURNS):
        await place.readied()
        other = Command(("true",), profile=replace(SMALL, pids=33))
        await turned(asyncio.ensure_future(place.box.exec(other)), turns)
    await place.footing.leave()
    assert descriptors() == before


async def test_a_service_whose_start_is_cancelled_does_not_go_on(place: Place) -> None:
    await place.readied()
    for turns in range(1, TURNS):
        await place.readied()
        starting = asyncio.ensure_future(place.box.start(Command(("sleep", "1000"))))
        await turned(starting, turns)
        if not starting.cancelled():  # it was there already
            await starting.result().stop()
    async with asyncio.timeout(20):
        while (await place.box.use()).processes:
            await asyncio.sleep(0.01)


async def test_nothing_waits_in_a_sandbox_that_was_removed_while_a_command_ran(place: Place) -> None:
    await place.readied()
    before = sandboxes()
    running = asyncio.ensure_future(place.box.exec(Command(("sh", "-c", "echo begun; sleep 1000"))))
    async with asyncio.timeout(20):
        while not (await place.box.use()).processes:
            await asyncio.sleep(0.01)
    place.ground.workspace.joinpath("much").mkdir()
    for number in range(3000):  # removing takes a moment
        place.ground.workspace.joinpath("much", str(number)).touch()
    await place.box.destroy()
    await asyncio.gather(running, return_exceptions=True)
    await place.ground.spares.settle()
    assert sandboxes() <= before
