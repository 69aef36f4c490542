"""What hostile commands try in a sandbox, and whether it holds: as this user, and as one without rights.

A case that is not contained must be named by the sandbox's own list of gaps; one that is not named counts in `gaps_unnamed`.
Root tries everything again as user id 64999, in a process of its own.
"""

import argparse
import asyncio
import contextlib
import ctypes
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable
from pathlib import Path

from benchmarks import _abuse_files, _abuse_inside, _abuse_outside
from benchmarks._abuse_field import NARROW, SECRET, Field, gone, marker, running
from benchmarks._report import report
from benchmarks._under_keeper import under_keeper
from forgecrew.core import workspace_files as files
from forgecrew.core.command import Command
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.signals import TellModel
from forgecrew.integrations.bubblewrap.sandbox import Backend, backend

NOBODY = 64999
CASES = [*_abuse_outside.cases(), *_abuse_files.cases(), *_abuse_inside.cases()]
SWAP = """
import ctypes, os
os.mkdir('r'); open('r/secret', 'w').write('fine'); os.symlink('FOLDER', 'evil')
rename = ctypes.CDLL(None).renameat2
print('ready', flush=True)
while not os.path.exists('stop'):
    for _ in range(500): rename(-100, b'r', -100, b'evil', 2)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--races", type=int, default=100_000, help="reads by the host while a folder is swapped for a link")
    parser.add_argument("--timeouts", type=int, default=1_000, help="commands that take too long")
    parser.add_argument("--only", default="", help="only cases whose name has this word")
    parser.add_argument("--part", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if not given.part:
        under_keeper("benchmarks.abuse")
    with tempfile.TemporaryDirectory(prefix="abuse-") as made:
        figures, missed = asyncio.run(measured(Path(made), given))
    if given.part:
        print(json.dumps([figures, missed]))
        return
    if os.geteuid() == 0:
        theirs, also_missed = unprivileged(given)
        figures["contained_unprivileged"] = theirs["contained"]
        figures["gaps_unnamed"] += theirs["gaps_unnamed"]
        missed += [f"{line} (unprivileged)" for line in also_missed]
    else:
        figures["contained_unprivileged"] = figures["contained"]
    for line in missed:
        print(f"not contained: {line}", file=sys.stderr)
    report("abuse", figures, {}, given.json)


async def measured(folder: Path, given: argparse.Namespace) -> tuple[dict[str, float], list[str]]:
    folder.chmod(0o711)
    host = folder / "host"
    host.mkdir()
    (host / "secret").write_text(SECRET)
    os.environ["PLANTED"] = SECRET
    sandboxes = backend(folder / "s")
    known = await sandboxes.probe()
    missed: list[str] = []
    unnamed = 0
    chosen = [case for case in CASES if given.only in case.name]
    spawns = Spawns()
    idle = await spawns.during(asyncio.sleep(2))
    worst = 0.0
    try:
        for number, case in enumerate(chosen):
            box = await sandboxes.create(SandboxSpec(f"case-{number}", profile=NARROW))
            trial = asyncio.ensure_future(case.contained(Field(sandboxes, known, host / "secret", box)))
            if "bomb" in case.name or case.name.startswith("memory"):
                worst = max(worst, await spawns.during(trial))
            held = await trial
            if not held:
                named = bool(case.gap) and any(gap.startswith(case.gap) for gap in known.gaps)
                unnamed += not named
                missed.append(case.name + ("" if named else ", and no gap names it"))
            await box.destroy()
        late, survivors = await timeouts(sandboxes, given.timeouts)
        figures = {
            "cases": len(chosen), "contained": len(chosen) - len(missed), "gaps_unnamed": unnamed,
            **await raced(sandboxes, host, given.races), "timeouts": given.timeouts, "survivors": survivors,
            "dead_ms_max": late, "host_spawn_ms_max": worst, "idle_spawn_ms_max": idle,
        }  # fmt: skip
        return figures, missed
    finally:
        await sandboxes.reap(keep=())


async def timeouts(sandboxes: Backend, count: int) -> tuple[float, int]:
    """How many ms after its deadline a tree was gone at the latest, and how many processes outlived theirs; four at once."""
    box = await sandboxes.create(SandboxSpec("timeouts", profile=NARROW))
    word, seconds, late = marker(), 0.15, 0.0
    script = f"trap '' TERM; sleep {word} & (setsid sleep {word} &); sleep {word}"
    for begun in range(0, count, 4):
        command = Command(("bash", "-c", script), timeout_seconds=seconds)
        results = await asyncio.gather(*(box.exec(command) for _ in range(min(4, count - begun))))
        late = max([late, *(result.wall_seconds - seconds for result in results)])
    return round(late * 1e3, 1), 0 if await gone(word) else running(word)


async def raced(sandboxes: Backend, host: Path, count: int) -> dict[str, float]:
    """Reads by the host of a path whose folder is exchanged for a link to a folder of the host, all the time."""
    box = await sandboxes.create(SandboxSpec("race", profile=NARROW))
    reads = {"good": 0, "leaks": 0}

    def read() -> None:
        with contextlib.suppress(TellModel):
            reads["leaks" if SECRET.encode() in files.read(box.workspace, "r/secret", 1024) else "good"] += 1

    left = count
    while left > 0:
        await box.exec(Command(("rm", "-rf", "r", "evil", "stop")))
        ready = asyncio.Event()
        swap = Command(("python3", "-I", "-c", SWAP.replace("FOLDER", str(host))))
        swapping = asyncio.ensure_future(box.exec(swap, lambda _, ready=ready: ready.set()))
        await ready.wait()
        while left > 0 and not swapping.done():
            batch = min(left, 2_000)
            await asyncio.to_thread(lambda batch=batch: [read() for _ in range(batch)])
            left -= batch
        await box.write("stop", b"")
        await swapping
    return {"raced_reads": count, "raced_good": reads["good"], "raced_leaks": reads["leaks"]}


class Spawns:
    """How long this machine takes to start a process, asked twenty times a second from a thread."""

    async def during(self, work: Awaitable[object]) -> float:
        """The longest, in ms, while `work` was done."""
        took, stop = [0.0], threading.Event()

        def ask() -> None:
            while not stop.wait(0.05):
                began = time.perf_counter()
                subprocess.run(["/bin/true"], check=True)
                took.append(time.perf_counter() - began)

        thread = threading.Thread(target=ask)
        thread.start()
        try:
            await work
        finally:
            stop.set()
            thread.join()
        return round(max(took) * 1e3, 1)


def unprivileged(given: argparse.Namespace) -> tuple[dict[str, float], list[str]]:
    """The same as a user without rights, by a Python that this user can reach."""
    drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"]
    line = [*drop, reachable_python(drop), "-B", "-m", "benchmarks.abuse", "--part"]
    line += [f"--races={given.races // 20}", f"--timeouts={given.timeouts // 20}", f"--only={given.only}"]
    place = Path(__file__).parents[1]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{place / 'src'}:{place}", "TMPDIR": tempfile.gettempdir()}
    done = subprocess.run(line, stdout=subprocess.PIPE, text=True, check=True, env=environment, cwd=place)
    figures, missed = json.loads(done.stdout.splitlines()[-1])
    return figures, missed


def reachable_python(drop: list[str]) -> str:
    """This interpreter, or the system's where a user without rights (as whom `drop` runs a program) cannot reach it."""
    source = Path(ctypes.__file__).parents[3]  # where this interpreter's library lies
    reachable = subprocess.run([*drop, "test", "-r", str(source)], check=False).returncode == 0
    return sys.executable if reachable else "/usr/bin/python3"


if __name__ == "__main__":
    main()
