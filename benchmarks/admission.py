"""How a machine stays usable when more is asked for than it has: with turns and without, and what a turn costs.

    python -m benchmarks.admission [--json]

Twelve commands at once, each with a bound of 256 MiB, that hold 100 MiB and keep a core busy for a second, on what is told to
be a machine of 512 MiB, so that three run at the same time.
"""

import argparse
import asyncio
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks._report import report
from forgecrew.core.command import Command
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.bubblewrap.sandbox import backend
from forgecrew.kernel.admission import Admission
from forgecrew.kernel.host_memory import HostMemory

COMMANDS, TURNS = 12, 300
BOUNDS = Profile(name="load", memory_bytes=256 << 20, cpu=1.0, pids=64, wall_seconds=120)
WORK = "x = bytearray(100 << 20); import time; end = time.process_time() + 1\nwhile time.process_time() < end: pass"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Turns on a full machine.")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    as_json = parser.parse_args().json
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        figures = asyncio.run(measure(Path(folder)))
    report("admission", figures, {}, as_json)


async def measure(folder: Path) -> dict[str, float]:
    """The figures."""
    sandboxes = backend(folder / "sandboxes")
    box = await sandboxes.create(SandboxSpec("load", profile=BOUNDS))
    small = Admission(folder / "room", lambda: HostMemory(512 << 20, 512 << 20))
    try:
        idle, _ = await spawns(asyncio.sleep(2))
        free, seconds_free = await spawns(asyncio.gather(*(run(box, None) for _ in range(COMMANDS))))
        turns, seconds_turns = await spawns(asyncio.gather(*(run(box, small) for _ in range(COMMANDS))))
    finally:
        await sandboxes.reap(keep=())
    return {
        "host_spawn_idle_p95_ms": idle, "host_spawn_all_at_once_p95_ms": free, "host_spawn_in_turns_p95_ms": turns,
        "all_at_once_s": seconds_free, "in_turns_s": seconds_turns, "turn_p50_ms": await turn(folder),
    }  # fmt: skip


async def run(box, room: Admission | None) -> None:
    command = Command(("python3", "-c", WORK))
    if room is None:
        assert (await box.exec(command)).ok
        return
    async with room.room(BOUNDS.memory_bytes):
        assert (await box.exec(command)).ok


async def spawns(beside) -> tuple[float, float]:
    """95 % of the host's own new processes took at most so many ms while something went on; and the seconds it took."""
    began, took = time.monotonic(), []
    going = asyncio.ensure_future(beside)
    while not going.done():
        before = time.monotonic()
        await asyncio.to_thread(subprocess.run, ["/bin/true"], check=True)
        took.append((time.monotonic() - before) * 1e3)
        await asyncio.sleep(0.02)
    await going
    return round(statistics.quantiles(took, n=20)[-1], 1), round(time.monotonic() - began, 1)


async def turn(folder: Path) -> float:
    """What it costs to be let in at once, with ten others inside."""
    room = Admission(folder / "cost")
    held = [await room.enter(1 << 20) for _ in range(10)]
    took: list[float] = []
    for _ in range(TURNS):
        before = time.perf_counter()
        async with room.room(1 << 20):
            pass
        took.append((time.perf_counter() - before) * 1e3)
    for one in held:
        one.leave()
    return round(statistics.median(took), 3)


if __name__ == "__main__":
    main()
