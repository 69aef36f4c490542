"""Room on the machine: in turns, over several processes, also when one of them is killed."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.kernel.admission import SHARE_OF_MEMORY, Admission
from forgecrew.kernel.host_memory import HostMemory, host_memory

GIB = 1 << 30
HOLDER = """
import asyncio, sys
from pathlib import Path
from forgecrew.kernel.admission import Admission
from forgecrew.kernel.host_memory import HostMemory

async def main():
    async with Admission(Path(sys.argv[1]), lambda: HostMemory(1 << 30, 1 << 30)).room(1 << 30):
        print("in", flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


def admission(folder: Path, *, total: int = GIB, free: float = 1.0, **words: object) -> Admission:
    return Admission(folder / "room", lambda: HostMemory(total, int(total * free)), **words)  # type: ignore[arg-type]


async def test_what_fits_begins_at_once_and_the_rest_waits(tmp_path: Path) -> None:
    room = admission(tmp_path)
    order: list[str] = []
    waits = asyncio.Event()

    async def late() -> None:
        async with room.room(GIB, on_wait=waits.set):
            order.append("late")

    async with room.room(GIB // 2), room.room(GIB):
        task = asyncio.ensure_future(late())
        await asyncio.wait_for(waits.wait(), 5)
        order.append("first")
    await asyncio.wait_for(task, 5)
    assert order == ["first", "late"]
    assert [path.name for path in (tmp_path / "room").iterdir()] == ["door"]


async def test_people_come_before_schedules_and_equals_in_their_order(tmp_path: Path) -> None:
    room = admission(tmp_path)
    order: list[str] = []
    tasks: list[asyncio.Task[None]] = []

    async with room.room(GIB):
        for name, rank in (("schedule", 3), ("first", 1), ("second", 1)):
            waits = asyncio.Event()

            async def enter(name: str = name, rank: int = rank, waits: asyncio.Event = waits) -> None:
                held = await room.enter(GIB + GIB // 2, rank, on_wait=waits.set)
                order.append(name)
                held.leave()

            tasks.append(asyncio.ensure_future(enter()))
            await asyncio.wait_for(waits.wait(), 5)
    await asyncio.wait_for(asyncio.gather(*tasks), 10)
    assert order == ["first", "second", "schedule"]


async def test_a_small_one_does_not_pass_a_large_one_that_waits(tmp_path: Path) -> None:
    room = admission(tmp_path, wait_seconds=0.3)
    waits = asyncio.Event()
    async with room.room(GIB):
        large = asyncio.ensure_future(admission(tmp_path).enter(GIB, on_wait=waits.set))
        await asyncio.wait_for(waits.wait(), 5)
        with pytest.raises(SandboxUnavailable, match="wait before it"):
            await room.enter(1 << 20)
    (await asyncio.wait_for(large, 5)).leave()


async def test_without_free_memory_nothing_begins_and_it_is_said(tmp_path: Path) -> None:
    room = admission(tmp_path, free=0.14, wait_seconds=0.1)
    with pytest.raises(SandboxUnavailable, match="only 14% of this machine's memory is free"):
        await room.enter(1 << 20)
    (await admission(tmp_path, free=0.16).enter(1 << 20)).leave()


async def test_one_alone_may_be_of_any_size(tmp_path: Path) -> None:
    (await admission(tmp_path).enter(9 * GIB)).leave()


async def test_what_is_of_another_kind_has_a_part_and_a_queue_of_its_own(tmp_path: Path) -> None:
    commands, apps = admission(tmp_path), admission(tmp_path, kind="app", share=0.5)
    third = asyncio.Event()

    async def later() -> None:
        async with apps.room(GIB // 4, on_wait=third.set):
            pass

    async with apps.room(GIB // 4), apps.room(GIB // 4):
        task = asyncio.ensure_future(later())
        await asyncio.wait_for(third.wait(), 5)
        async with commands.room(GIB):  # what apps wait for holds up no command, and they leave room for the largest
            with pytest.raises(SandboxUnavailable, match="have this machine's memory"):
                await admission(tmp_path, wait_seconds=0.1).enter(1 << 20)
        assert not task.done()
    await asyncio.wait_for(task, 5)
    async with commands.room(GIB + GIB // 4):
        with pytest.raises(SandboxUnavailable, match="have this machine's memory"):
            await admission(tmp_path, kind="app", share=0.5, wait_seconds=0.1).enter(GIB // 2)


async def test_too_many_that_wait_are_refused(tmp_path: Path) -> None:
    room = admission(tmp_path, waiting_max=2)
    async with room.room(GIB):
        waiting = [asyncio.ensure_future(room.enter(GIB)) for _ in range(2)]
        while len(list((tmp_path / "room").glob("wait-*"))) < 2:
            await asyncio.sleep(0.01)
        with pytest.raises(SandboxUnavailable, match="2 commands wait"):
            await room.enter(GIB)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    assert [path.name for path in (tmp_path / "room").iterdir()] == ["door"], "who gave up waiting leaves nothing"


async def test_another_process_counts_until_it_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "room")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "in\n"
        with pytest.raises(SandboxUnavailable, match="1 commands that run have"):
            await admission(tmp_path, wait_seconds=0.2).enter(GIB)
        waiting = asyncio.ensure_future(admission(tmp_path).enter(GIB))
        other.kill()
        held = await asyncio.wait_for(waiting, 5)
    assert len(list((tmp_path / "room").glob("run-*"))) == 1, "the file of the dead one is swept"
    held.leave()
    held.leave()


@settings(max_examples=15, deadline=None)
@given(sizes=st.lists(st.integers(1, 1500), min_size=1, max_size=12))
def test_the_bounds_together_never_exceed_what_may_be(tmp_path_factory: pytest.TempPathFactory, sizes: list[int]) -> None:
    folder = tmp_path_factory.mktemp("admission")
    running: list[int] = []

    async def one(mib: int) -> None:
        async with admission(folder).room(mib << 20):
            running.append(mib)
            assert len(running) == 1 or sum(running) <= SHARE_OF_MEMORY * 1024
            await asyncio.sleep(0.001)
            running.remove(mib)

    async def everything() -> None:
        await asyncio.wait_for(asyncio.gather(*(one(mib) for mib in sizes)), 30)

    asyncio.run(everything())


def test_the_memory_of_a_container_counts_when_it_is_smaller(tmp_path: Path) -> None:
    proc, groups = tmp_path / "proc", tmp_path / "groups"
    (proc / "self").mkdir(parents=True)
    (groups / "a/b").mkdir(parents=True)
    (proc / "meminfo").write_text("MemTotal: 8388608 kB\nMemFree: 1 kB\nMemAvailable: 4194304 kB\n")
    (proc / "self/cgroup").write_text("0::/a/b\n")
    assert host_memory(proc, groups) == HostMemory(8 * GIB, 4 * GIB)
    (groups / "a/b/memory.max").write_text("max\n")
    (groups / "a/memory.max").write_text(f"{2 * GIB}\n")
    (groups / "a/memory.current").write_text(f"{GIB}\n")
    found = host_memory(proc, groups)
    assert found == HostMemory(2 * GIB, GIB) and found.free_share == 0.5
    (proc / "self/cgroup").write_text("3:cpu,memory:/x\n0::/\n")
    (groups / "memory/x").mkdir(parents=True)
    (groups / "memory/x/memory.limit_in_bytes").write_text(f"{GIB}\n")
    (groups / "memory/x/memory.usage_in_bytes").write_text(f"{2 * GIB}\n")
    assert host_memory(proc, groups) == HostMemory(GIB, 0)


def test_this_machine_has_memory() -> None:
    found = host_memory()
    assert 0 < found.available_bytes <= found.total_bytes
