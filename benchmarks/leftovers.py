"""What is left after an orchestrator of sandboxes is killed (SIGKILL) at random moments, and a fresh one has reaped.

The orchestrator makes and removes sandboxes and runs commands, cells and services in them, as this user and as one without
rights; as root also under the keeper of disks. Counted are processes, mounts, loop devices, listening sockets, control groups
and folders that were not there before; `found_*` is what the fresh process found. A process belongs to us when the mark of a
launcher or a word of this run is on its command line.
"""

import argparse
import asyncio
import contextlib
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._report import report
from benchmarks.abuse import NOBODY, reachable_python
from forgecrew.core.command import Command
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.bubblewrap.keeper import STORE, with_disks
from forgecrew.integrations.bubblewrap.kind import Bubblewrap
from forgecrew.integrations.bubblewrap.sandbox import Backend, backend

PLACE = Path(__file__).parents[1]
SETTLE_SECONDS = 60.0
LATEST_SECONDS = 2.0
MARK = b"forgecrew-sandbox."
KINDS = ("processes", "mounts", "loops", "sockets", "groups", "folders")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--busy", help=argparse.SUPPRESS)
    parser.add_argument("--word", help=argparse.SUPPRESS)
    parser.add_argument("--reap", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.busy:
        asyncio.run(busy(Path(given.busy), given.word))
    elif given.reap:
        asyncio.run(reap(Path(given.reap)))
    else:
        report("leftovers", measured(given.kills), {}, given.json)


def measured(kills: int) -> dict[str, float]:
    kinds = ["plain", "disks", "nobody"] if os.geteuid() == 0 else ["plain"]
    figures: dict[str, float] = {
        "kills": 0,
        "left_over": 0,
        **{f"{what}_{kind}": 0 for what in ("left", "found") for kind in KINDS},
    }
    settled = 0.0
    for number, kind in enumerate(kinds):
        share = kills // len(kinds) + (number < kills % len(kinds))
        with tempfile.TemporaryDirectory(prefix="leftovers-", ignore_cleanup_errors=True) as made:
            folder = Path(made)
            folder.chmod(0o711)
            if kind == "nobody":
                os.chown(folder, NOBODY, NOBODY)
            word = f"{1000 + secrets.randbelow(9_000_000)}.{secrets.randbelow(10_000_000)}"
            before = left(folder, word)
            for _ in range(share):
                kill_one(kind, folder / "s", word)
            figures["kills"] += share
            for name, here in zip(KINDS, left(folder, word), strict=True):
                figures[f"found_{name}"] += len(here)
            began = time.monotonic()
            subprocess.run(line_of(kind, folder / "s", "--reap", str(folder / "s")), check=True, env=environment(), cwd=PLACE)
            while time.monotonic() - began < SETTLE_SECONDS and left(folder, word) != before:
                time.sleep(0.1)
            settled = max(settled, time.monotonic() - began)
            for name, then, now in zip(KINDS, before, left(folder, word), strict=True):
                for one in now - then:
                    print(f"left over ({kind}): {name}: {one}", file=sys.stderr)
                figures[f"left_{name}"] += len(now - then)
                figures["left_over"] += len(now - then)
    return {**figures, "settled_seconds_max": round(settled, 1)}


def kill_one(kind: str, folder: Path, word: str) -> None:
    """Start an orchestrator, kill it at a random moment of its work; the keeper of disks goes with it."""
    line = line_of(kind, folder, "--busy", str(folder), "--word", word)
    process = subprocess.Popen(line, stdout=subprocess.PIPE, env=environment(), cwd=PLACE)
    try:
        assert process.stdout is not None
        orchestrator = int(process.stdout.readline())
        time.sleep(random.uniform(0, LATEST_SECONDS))
        with contextlib.suppress(ProcessLookupError):
            os.kill(random.choice([orchestrator, process.pid]), signal.SIGKILL)  # under a keeper these are two
    finally:
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


async def busy(folder: Path, word: str) -> None:
    """Work for ever; tells its id first."""
    sandboxes = backend(folder)
    await sandboxes.probe()
    print(os.getpid(), flush=True)
    await asyncio.gather(*(one_desk(sandboxes, f"desk-{number}", word) for number in range(3)))


async def one_desk(sandboxes: Backend, name: str, word: str) -> None:
    profile = Profile(memory_bytes=256 << 20, disk_bytes=32 << 20, wall_seconds=30)
    while True:
        box = await sandboxes.create(SandboxSpec(f"{name}-{secrets.token_hex(4)}", profile=profile))
        for _ in range(random.randint(1, 4)):
            await box.exec(Command(("sh", "-c", f"sleep 0.0{random.randint(0, 9)}; (setsid sleep {word} &); true")))
            await box.write("file", b"x" * 9999)
        await box.cell("open('x', 'w').write('y' * 99999)")
        service = await box.start(Command(("sh", "-c", f"python3 -m http.server 8000 & sleep {word}")))
        with contextlib.suppress(OSError):
            (await service.connect(8000))[1].close()
        await asyncio.sleep(random.uniform(0, 0.2))
        if random.random() < 0.5:
            await box.destroy()


async def reap(folder: Path) -> None:
    """What a fresh process does at its start, and then the end of all sandboxes."""
    sandboxes = backend(folder)
    await sandboxes.reap(keep=None)
    await sandboxes.reap(keep=())


def left(folder: Path, word: str) -> tuple[set[str], ...]:
    """What is there of each of KINDS."""
    processes: set[str] = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (entry / "cmdline").read_bytes()
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            if (state not in "ZX" and int(entry.name) != os.getpid() and word.encode() in line) or (
                state not in "ZX" and MARK in line and orphaned(line)
            ):
                processes.add(f"{entry.name} {line[:200]!r}")
    mounts = {line for line in Path("/proc/self/mountinfo").read_text().splitlines() if str(folder) in line}
    loops = {told.read_text().strip() for told in Path("/sys/block").glob("loop*/loop/backing_file") if told.exists()}
    sockets = {line for line in Path("/proc/net/unix").read_text().splitlines() if str(folder) in line}
    for file in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            rows = [line.split() for line in Path("/proc/net", file).read_text().splitlines()[1:]]
            sockets |= {row[1] for row in rows if row[3] == "0A" and row[1].endswith(":1F40")}
    scopes = groups(folder)
    folders = {path.name for path in (folder / "s").glob("*")} - {STORE} | {
        path.name for path in (folder / "s" / STORE).glob("*%*")
    }
    return processes, mounts, {loop for loop in loops if str(folder) in loop}, sockets, scopes, folders


def orphaned(line: bytes) -> bool:
    """Whether the process that a mark names is gone, seen without the code that is measured."""
    _, _, pid, started = next(word for word in line.split(b"\0") if word.startswith(MARK)).decode().split(".")
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19] != started
    return True


def groups(folder: Path) -> set[str]:
    scope = Bubblewrap(folder.resolve() / "s", cgroups=True, own_uid=True).scope
    found: set[str] = set()
    for place, folders, _ in os.walk("/sys/fs/cgroup"):  # unlike glob it lets folders go while it looks
        found |= {f"{place}/{name}" for name in folders if name.startswith(f"{scope}.")}
    return found


def line_of(kind: str, folder: Path, *words: str) -> list[str]:
    """The command line of a part of this benchmark: as it is, under the keeper, or without rights."""
    line = [sys.executable, "-B", "-m", "benchmarks.leftovers", *words]
    if kind == "nobody":
        drop = [shutil.which("setpriv") or "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"]
        return [*drop, reachable_python(drop), *line[1:]]
    return with_disks(line, folder) if kind == "disks" else line


def environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": f"{PLACE / 'src'}:{PLACE}", "TMPDIR": tempfile.gettempdir()}


if __name__ == "__main__":
    main()
