"""What a step of a run costs when it is kept for a takeover: on our journal, on the library as it comes, on bare SQLite.

Each is measured in a process of its own, on files in a folder of `--folder` (the disk decides where writes are synced).
"""

import argparse
import asyncio
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._report import report
from forgecrew.core.json import Json

STEPS = 600
WARM = 50
RESULT = {"text": "x" * 400, "ok": True}
BAR_MS = 1.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--folder", default=None)
    parser.add_argument("--only", choices=list(WAYS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        print(json.dumps(figures(WAYS[given.only](Path(given.folder)))))
        return
    measured = {way: _measure(way, given.folder) for way in WAYS}
    ours = measured.pop("ours")
    report("durable_step", {**ours, "bar_ms": BAR_MS}, measured, given.json)


def figures(took: tuple[list[float], float]) -> dict[str, float]:
    """Median and 95th percentile of the wall time per step, and CPU time per step, in ms."""
    seconds, cpu_seconds = took
    return {
        "median_ms": round(statistics.median(seconds) * 1e3, 3),
        "p95_ms": round(statistics.quantiles(seconds, n=20)[-1] * 1e3, 3),
        "cpu_ms": round(cpu_seconds / len(seconds) * 1e3, 3),
    }


def ours(folder: Path, *, full_sync: bool = False) -> tuple[list[float], float]:
    """The journal as runs use it."""
    from forgecrew.core.ids import new_id
    from forgecrew.kernel.journal import RunJournal
    from forgecrew.kernel.journal_engine import JournalEngine

    async def run() -> tuple[list[float], float]:
        ended: asyncio.Future[tuple[list[float], float]] = asyncio.get_running_loop().create_future()

        async def perform(run_id: str) -> Json:
            journal = RunJournal(run_id)
            took: list[float] = []
            cpu = 0.0
            for number in range(STEPS + WARM):
                if number == WARM:
                    took, cpu = [], time.process_time()
                began = time.perf_counter()
                await journal.step("think", _work)
                took.append(time.perf_counter() - began)
            ended.set_result((took, time.process_time() - cpu))
            return {}

        engine = JournalEngine(f"sqlite:///{folder / 'journal.sqlite'}", "work-1", full_sync=full_sync)
        await engine.launch(perform)
        try:
            await engine.start(new_id())
            return await ended
        finally:
            await engine.close()

    return asyncio.run(run())


def library(folder: Path) -> tuple[list[float], float]:
    """The library as it comes: its own SQLite engine and pickles."""
    from dbos import DBOS, DBOSConfig

    url = f"sqlite:///{folder / 'library.sqlite'}"
    DBOS(config=DBOSConfig(name="bench", system_database_url=url, log_level="ERROR", application_version="1"))

    @DBOS.step()
    async def step() -> Json:
        return await _work()

    @DBOS.workflow()
    async def chain() -> tuple[list[float], float]:
        took: list[float] = []
        cpu = 0.0
        for number in range(STEPS + WARM):
            if number == WARM:
                took, cpu = [], time.process_time()
            began = time.perf_counter()
            await step()
            took.append(time.perf_counter() - began)
        return took, time.process_time() - cpu

    async def run() -> tuple[list[float], float]:
        DBOS.launch()
        return await chain()

    try:
        return asyncio.run(run())
    finally:
        DBOS.destroy()


def bare(folder: Path) -> tuple[list[float], float]:
    """The floor: one row per step, written by hand in WAL mode, synchronous NORMAL."""
    database = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    database.execute("CREATE TABLE step (run TEXT, number INT, output TEXT, PRIMARY KEY (run, number)) WITHOUT ROWID")
    took: list[float] = []
    cpu = 0.0
    for number in range(STEPS + WARM):
        if number == WARM:
            took, cpu = [], time.process_time()
        began = time.perf_counter()
        database.execute("SELECT output FROM step WHERE run = 'r' AND number = ?", (number,)).fetchone()
        database.execute("INSERT INTO step VALUES ('r', ?, ?)", (number, json.dumps(RESULT)))
        took.append(time.perf_counter() - began)
    used = time.process_time() - cpu
    database.close()
    return took, used


async def _work() -> Json:
    return RESULT


def _measure(way: str, folder: str | None) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=folder, prefix="durable-step-") as made:
        command = [sys.executable, "-m", "benchmarks.durable_step", "--only", way, "--folder", made]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


WAYS = {
    "ours": ours,
    "ours, synced": lambda folder: ours(folder, full_sync=True),
    "dbos as it comes": library,
    "bare sqlite": bare,
}

if __name__ == "__main__":
    main()
