"""Limits: each ends a command with its reason, and nothing of it is left."""

import asyncio
import contextlib

import pytest

from forgecrew.core.command import Command
from forgecrew.core.sandbox import Profile
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.sandbox_backend import SandboxBackend

from .conftest import SMALL, Lacks, Make, running
from .test_commands import sh

FORK_LOOP = "import os\nwhile 1:\n  try: os.fork()\n  except OSError: pass"
MEMORY_LOOP = "x=[]\nwhile 1: x.append(bytearray(10 << 20))"
MEMORY_TOGETHER = """
import os, time
for _ in range(12):
    if os.fork() == 0:
        x = bytearray(40 << 20); time.sleep(0.7); os._exit(0)
for _ in range(12): os.wait()
"""


async def gone(word: str, seconds: float = 2) -> bool:
    for _ in range(int(seconds * 100)):
        if not running(word):
            return True
        await asyncio.sleep(0.01)
    return False


async def test_a_timeout_ends_the_whole_tree(sandbox: Sandbox, marker: str) -> None:
    script = f"sleep {marker} & (setsid sleep {marker} &) ; echo begun; sleep {marker}"
    result = await sandbox.exec(sh(script, timeout_seconds=0.7))
    assert (result.reason, result.exit_code, result.text) == ("timeout", None, "begun\n")
    assert running(marker) == []


HANG = """
import threading
def inner(event): event.wait()
def outer(): inner(threading.Event())
print("begun", flush=True)
outer()
"""


async def test_a_timeout_tells_where_it_was(sandbox: Sandbox) -> None:
    await sandbox.write("hang.py", HANG.encode())
    result = await sandbox.exec(sh("sleep 999 | cat & python3 hang.py", timeout_seconds=2))
    assert (result.reason, result.text) == ("timeout", "begun\n"), "what was told of it is no output of its own"
    lines = result.where.splitlines()
    assert len(lines) <= 20
    assert [line for line in lines if line.endswith("python3 hang.py: waits for a lock or a thread")]
    assert [line for line in lines if "sleep 999: " in line]
    at = [number for number, line in enumerate(lines) if 'hang.py", line' in line]
    assert [lines[number].split()[-1] for number in at] == ["inner", "outer", "<module>"]
    busy = await sandbox.exec(sh("while :; do :; done", timeout_seconds=1))
    assert "computes" in busy.where
    assert (await sandbox.exec(sh("exit 1"))).where == ""


async def test_a_cell_that_hangs_tells_its_line(sandbox: Sandbox) -> None:
    result = await sandbox.cell("import time\ndef wait():\n    time.sleep(99)\nwait()", timeout_seconds=2)
    assert (result.reason, result.output) == ("timeout", b"")
    assert 'File "<cell>", line 3 in wait' in result.where and "the cell: sleeps" in result.where
    assert "<string>" not in result.where, "frames of ours tell nobody anything"


async def test_timeouts_leave_nothing(sandbox: Sandbox, marker: str) -> None:
    results = await asyncio.gather(*(sandbox.exec(sh(f"sleep {marker}", timeout_seconds=0.3)) for _ in range(12)))
    assert {result.reason for result in results} == {"timeout"}
    assert running(marker) == []


async def test_a_command_that_ignores_every_signal_ends(sandbox: Sandbox, marker: str) -> None:
    result = await sandbox.exec(sh(f"trap '' TERM INT HUP; while :; do sleep {marker}; done", timeout_seconds=0.5))
    assert result.reason == "timeout"
    assert result.wall_seconds < 5
    assert running(marker) == []


async def test_the_profile_bounds_the_timeout_of_a_command(make: Make) -> None:
    short = await make(profile=Profile(wall_seconds=0.4))
    assert (await short.exec(Command(("sleep", "60"), timeout_seconds=60))).reason == "timeout"


async def test_an_orphan_ends_with_its_command(sandbox: Sandbox, marker: str) -> None:
    result = await sandbox.exec(sh(f"(setsid nohup sleep {marker} >/dev/null 2>&1 &); (sleep {marker} &); echo done"))
    assert result.text.endswith("done\n")
    assert await gone(marker)


async def test_a_cancelled_command_is_gone(sandbox: Sandbox, marker: str) -> None:
    begun = asyncio.Event()
    task = asyncio.ensure_future(sandbox.exec(sh(f"echo begun; sleep {marker}"), lambda _: begun.set()))
    await asyncio.wait_for(begun.wait(), 10)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert task.cancelled()
    assert running(marker) == []


async def test_a_command_cancelled_at_its_very_start_is_gone(sandbox: Sandbox, marker: str) -> None:
    for pause_seconds in (0, 0.002, 0.005, 0.01):
        task = asyncio.ensure_future(sandbox.exec(sh(f"sleep {marker}")))
        await asyncio.sleep(pause_seconds)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    assert await gone(marker)


async def test_destroying_kills_what_runs(sandbox: Sandbox, marker: str) -> None:
    begun = asyncio.Event()
    task = asyncio.ensure_future(sandbox.exec(sh(f"echo begun; sleep {marker}"), lambda _: begun.set()))
    await asyncio.wait_for(begun.wait(), 10)
    await sandbox.destroy()
    assert (await task).reason == "killed"
    assert running(marker) == []


async def test_endless_output_ends(sandbox: Sandbox) -> None:
    result = await sandbox.exec(Command(("yes", "flood")))
    assert result.reason == "output"
    assert len(result.output) < SMALL.output_bytes + 100
    assert result.dropped_bytes > 64 << 20
    assert result.output.startswith(b"flood\n")


@pytest.mark.parametrize("bomb", [("python3", "-c", FORK_LOOP), ("bash", "-c", ":(){ :|:& };: ; sleep 30")])
async def test_a_fork_bomb_is_contained(sandbox: Sandbox, bomb: tuple[str, ...], lacks: Lacks, marker: str) -> None:
    most = 0
    task = asyncio.ensure_future(sandbox.exec(Command((*bomb, f"fork-bomb-{marker}"), timeout_seconds=1.0)))
    while not task.done():
        most = max(most, len(running(marker)))
        await asyncio.sleep(0.1)
    assert task.result().reason in ("timeout", "pids", "exit")
    assert most <= SMALL.pids + 8 or lacks("commands")  # the launcher and bwrap are counted too
    assert running(marker) == []


async def test_too_many_processes_are_told_as_such(make: Make, backend: SandboxBackend) -> None:
    few = await make(profile=Profile(pids=12, wall_seconds=20))
    result = await few.exec(Command(("python3", "-c", "import os, time\nwhile 1: os.fork() or time.sleep(9)")))
    assert not result.ok
    if (await backend.probe()).memory:
        assert result.reason == "pids"


async def test_a_memory_bomb_is_contained(sandbox: Sandbox, backend: SandboxBackend) -> None:
    result = await sandbox.exec(Command(("python3", "-c", MEMORY_LOOP)))
    assert not result.ok
    if (await backend.probe()).memory:
        assert result.reason == "oom"
        assert result.peak_memory_bytes <= SMALL.memory_bytes
    else:
        assert "MemoryError" in result.text


async def test_memory_of_many_processes_is_bounded_together(sandbox: Sandbox, backend: SandboxBackend) -> None:
    known = await backend.probe()
    result = await sandbox.exec(Command(("python3", "-c", MEMORY_TOGETHER)))
    if known.memory:
        assert 0 < result.peak_memory_bytes <= SMALL.memory_bytes
    else:
        assert any(gap.startswith("memory") for gap in known.gaps)


async def test_tmp_and_shared_memory_are_bounded(sandbox: Sandbox) -> None:
    result = await sandbox.exec(
        sh("for d in /tmp /dev/shm; do for i in 1 2 3 4 5; do head -c 30M /dev/zero > $d/$i; done; done; echo end")
    )
    assert not result.ok or "No space left" in result.text


async def test_one_file_is_bounded(sandbox: Sandbox) -> None:
    await sandbox.exec(sh("head -c 40M /dev/zero > big"))
    size = await sandbox.exec(sh("stat -c %s big"))
    assert int(size.text) <= SMALL.file_bytes


@pytest.mark.parametrize(
    "filling",
    ["for i in $(seq 9); do head -c 20M /dev/zero > $i; sleep 0.2; done", "mkdir d; seq -f d/%g 9000 | xargs touch; sleep 15"],
)
async def test_filling_the_disk_ends_the_command(sandbox: Sandbox, filling: str) -> None:
    assert (await sandbox.exec(sh(filling))).reason == "disk"
    assert (await sandbox.exec(sh("rm -rf ./* && sleep 0.6 && echo tidy"))).text == "tidy\n"


async def test_descriptors_are_bounded(sandbox: Sandbox) -> None:
    result = await sandbox.exec(Command(("python3", "-c", "import os\nwhile 1: os.dup(1)")))
    assert "Too many open files" in result.text


async def test_cpu_is_shared_out(make: Make, backend: SandboxBackend) -> None:
    half = await make(profile=Profile(cpu=0.25, wall_seconds=20))
    result = await half.exec(sh("for i in 1 2 3; do (while :; do :; done) & done; sleep 1.2; kill 0"))
    if (await backend.probe()).cpu:
        assert result.cpu_seconds < 0.25 * result.wall_seconds * 1.6 + 0.1
    else:
        assert any(gap.startswith("cpu") for gap in (await backend.probe()).gaps)


async def test_nine_commands_at_once(make: Make) -> None:
    boxes = [await make() for _ in range(3)]
    results = await asyncio.gather(*(box.exec(sh(f"echo {n}")) for n in range(3) for box in boxes))
    assert sorted(result.text for result in results) == sorted(f"{n}\n" for n in range(3) for _ in boxes)
