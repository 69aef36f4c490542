"""A command that is cancelled while its container starts leaves nothing, with an engine of our own."""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest

from forgecrew.core.command import Command
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.integrations.podman.arguments import Plan
from forgecrew.integrations.podman.engine import Engine
from forgecrew.integrations.podman.ground import Ground
from forgecrew.sandboxing.wish import Wish


@pytest.fixture
def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """One whose engine is ready at once and stays until its input ends."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "given"))
    (tmp_path / "given").mkdir()
    program = tmp_path / "engine"
    program.write_text("#!/bin/sh\necho ready >&2\nexec cat > /dev/null\n")
    program.chmod(0o700)
    engine = Engine("podman", (str(program),), service=False, rootful=True)
    return Ground(Plan(SandboxSpec("one"), tmp_path / "one", None, engine, "scope", image="example/crew:1"))


async def begun(ground: Ground) -> None:
    async with ground.begin(Wish(Command(("true",)), ground.spec.profile, None)):
        await asyncio.Event().wait()


async def cancelled(task: "asyncio.Task[None]") -> None:
    task.cancel()
    async with asyncio.timeout(20):
        await asyncio.gather(task, return_exceptions=True)


async def nothing_left(tmp_path: Path, descriptors: int) -> None:
    async with asyncio.timeout(20):  # the loop closes what it has of a process a moment later
        while len(os.listdir("/proc/self/fd")) > descriptors or list((tmp_path / "given").iterdir()):
            await asyncio.sleep(0.01)


async def test_at_every_turn(tmp_path: Path, ground: Ground) -> None:
    await cancelled(asyncio.create_task(begun(ground)))
    descriptors = len(os.listdir("/proc/self/fd"))
    for turns in range(1, 9):
        task = asyncio.create_task(begun(ground))
        for _ in range(turns):
            await asyncio.sleep(0)
        await cancelled(task)
    await nothing_left(tmp_path, descriptors)


async def test_as_soon_as_its_process_is_looked_for(tmp_path: Path, ground: Ground) -> None:
    descriptors = len(os.listdir("/proc/self/fd"))
    task = asyncio.create_task(begun(ground))
    async with asyncio.timeout(20):
        while not any(getattr(one.get_coro(), "__name__", "") == "_find" for one in asyncio.all_tasks()):
            await asyncio.sleep(0)
    await cancelled(task)
    await nothing_left(tmp_path, descriptors)
