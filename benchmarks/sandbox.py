"""What a sandbox costs: a new one with its first command, the next command, a Python cell, and the memory of live ones.

Peers are measured in turn with ours, so that all meet the same load: a plain process (the floor, no wall at all), podman
and srt where they are installed (`--srt` gives the path of srt's program).
"""

import argparse
import asyncio
import contextlib
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

from benchmarks._report import report
from benchmarks._under_keeper import under_keeper
from forgecrew.core.command import Command
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.bubblewrap.sandbox import backend
from forgecrew.integrations.podman.sandbox import backend as podman
from forgecrew.ports.sandbox_backend import SandboxBackend

TRUE = Command(("true",))
KINDS: dict[str, Callable[[Path], SandboxBackend]] = {"bubblewrap": backend, "podman": podman}
PAUSE_SECONDS = 0.05  # agents pause between commands; without one, our launchers in reserve would not be ready
PODMAN = ("podman", "--runtime=runc", "--cgroup-manager=cgroupfs")
PODMAN_RUN = ("--network=none", "--ulimit=nofile=1024:1024", "--ulimit=nproc=256:256", "--volume=/usr:/usr:ro")

Act = Callable[[], Awaitable[object]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--live", type=int, default=60, help="sandboxes alive at once")
    parser.add_argument("--folder", default=None, help="where the sandboxes lie")
    parser.add_argument("--kind", choices=sorted(KINDS), default="bubblewrap", help="podman: by its service where one is up")
    parser.add_argument("--srt", default=shutil.which("srt"))
    given = parser.parse_args()
    under_keeper("benchmarks.sandbox")
    with tempfile.TemporaryDirectory(prefix="sandbox-bench-", dir=given.folder) as made:
        figures, peers = asyncio.run(measured(Path(made), given.rounds, given.live, given.srt, given.kind))
    report("sandbox" if given.kind == "bubblewrap" else f"sandbox_{given.kind}", figures, peers, given.json)


async def measured(
    folder: Path, rounds: int, live: int, srt: str | None, kind: str = "bubblewrap"
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    open_folder, closed = folder / "open", folder / "closed" / "s"
    folder.chmod(0o711)
    closed.mkdir(parents=True)
    closed.parent.chmod(0o700)
    sandboxes, private = KINDS[kind](open_folder), KINDS[kind](closed)
    try:
        box, hidden = await sandboxes.create(SandboxSpec("next")), await private.create(SandboxSpec("next"))
        fresh = iter(range(10**6))

        async def new() -> None:
            one = await sandboxes.create(SandboxSpec(f"new-{next(fresh)}"))
            assert (await one.exec(TRUE)).ok

        acts: dict[str, Act] = {
            "new": new,
            "next": lambda: box.exec(TRUE),
            "private_next": lambda: hidden.exec(TRUE),
            "cell": lambda: box.cell("pass"),
        }
        async with peer_acts(folder, srt) as others:
            took = await timed({**acts, **others}, rounds)
        figures = {
            f"{name}_{what}_ms": middle(took[name])
            for name in ("new", "next", "private_next", "cell")
            for what, middle in (("p50", p50), ("p95", p95))
        }
        await sandboxes.reap(keep=())
        figures |= await density(sandboxes, live)
        peers: dict[str, dict[str, float]] = {}
        for name in others:
            peer, _, what = name.partition(": ")
            peers.setdefault(peer, {})[f"{what}_p50_ms"] = p50(took[name])
        return figures, peers
    finally:
        await sandboxes.reap(keep=())
        await private.reap(keep=())


async def timed(acts: dict[str, Act], rounds: int) -> dict[str, list[float]]:
    """Seconds per act, taken in turn; the first two rounds only warm up. Slow peers take part in every fourth round."""
    took: dict[str, list[float]] = {name: [] for name in acts}
    for number in range(rounds + 2):
        for name, act in acts.items():
            if number % 4 and number > 1 and len(took[name]) and took[name][0] > 0.1:
                continue
            await asyncio.sleep(PAUSE_SECONDS)
            began = time.perf_counter()
            await act()
            if number > 1:
                took[name].append(time.perf_counter() - began)
    return took


async def density(sandboxes: SandboxBackend, live: int) -> dict[str, float]:
    """How many sandboxes fit into a GiB, by what the kernel charges their control groups."""
    found: dict[str, float] = {}
    profile = Profile(wall_seconds=120)
    boxes = [await sandboxes.create(SandboxSpec(f"live-{n}", profile=profile)) for n in range(live)]
    running = [asyncio.ensure_future(box.exec(Command(("sleep", "119.0")))) for box in boxes]
    for _ in range(100):  # on a busy machine they take a while; without control groups none is found
        await asyncio.sleep(0.2)
        if len(charged_processes()) >= live:
            break
    if charged := charged_processes():
        found["live_per_gib"] = round((1 << 30) / statistics.mean(charged))
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    for box in boxes[:12]:
        await box.cell("pass")
    if charged := charged_processes(b"class _Fork:"):
        found["warm_per_gib"] = round((1 << 30) / statistics.mean(charged))
    return found


def charged_processes(word: bytes = b"sleep\x00119.0\x00") -> list[int]:
    """Bytes that the memory groups hold in which a process runs with this word on its command line; per group once."""
    groups: set[Path] = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if word not in (entry / "cmdline").read_bytes():
                continue
            for line in (entry / "cgroup").read_text().splitlines():
                _, names, path = line.split(":", 2)
                if "memory" in names.split(","):
                    groups.add(Path("/sys/fs/cgroup/memory", path.lstrip("/")))
                elif not names and "forgecrew" in path:
                    groups.add(Path("/sys/fs/cgroup", path.lstrip("/")))
    held: list[int] = []
    for group in groups:
        for file in ("memory.usage_in_bytes", "memory.current"):
            with contextlib.suppress(OSError):
                held.append(int((group / file).read_text()))
    return held


@contextlib.asynccontextmanager
async def peer_acts(folder: Path, srt: str | None) -> AsyncGenerator[dict[str, Act]]:
    acts: dict[str, Act] = {"plain process: next": lambda: call("/usr/bin/true"), "plain process: python": python}
    if srt:
        acts["srt: next"] = lambda: call(srt, "true")
    root = folder / "root"
    name = f"{folder.name}-peer"
    (root / "usr").mkdir(parents=True)
    for link in ("bin", "lib", "lib64", "sbin"):
        (root / link).symlink_to(f"usr/{link}")
    fresh = [*PODMAN, "run", "--rm", *PODMAN_RUN, "--rootfs", str(root)]
    if shutil.which("podman") and await tried(*fresh, "/bin/true"):
        await call(*PODMAN, "run", "--detach", f"--name={name}", *PODMAN_RUN, "--rootfs", str(root), "/bin/sleep", "600")
        acts["podman: new"] = lambda: call(*fresh, "/bin/true")
        acts["podman: next"] = lambda: call(*PODMAN, "exec", name, "true")
    try:
        yield acts
    finally:
        if "podman: next" in acts:
            await tried(*PODMAN, "rm", "--force", "--time=0", name)


async def python() -> None:
    await call("/usr/bin/python3", "-I", "-c", "pass")


async def call(*line: str) -> None:
    if not await tried(*line):
        raise RuntimeError(f"this peer failed: {' '.join(line)}")


async def tried(*line: str) -> bool:
    quiet = subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*line, stdin=quiet, stdout=quiet, stderr=quiet)
    return await process.wait() == 0


def p50(seconds: list[float]) -> float:
    return round(statistics.median(seconds) * 1e3, 1)


def p95(seconds: list[float]) -> float:
    return round(statistics.quantiles(seconds, n=20)[-1] * 1e3, 1)


if __name__ == "__main__":
    main()
