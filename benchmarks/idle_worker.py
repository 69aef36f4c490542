"""What a worker costs that has nothing to do: its imports, its memory, its processor time, and how fast it stops when asked."""

import argparse
import asyncio
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._report import report

SETTLE_SECONDS = 3.0
IDLE_SECONDS = 15.0
BARS = {"bar_import_cpu_seconds": 1.0, "bar_idle_rss_mib": 120.0, "bar_idle_cpu_percent": 3.0, "bar_stop_seconds": 5.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--database", default="", help="a PostgreSQL URL with our tables; empty means a new SQLite file")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        asyncio.run(_work(given.child))
        return
    with tempfile.TemporaryDirectory(prefix="idle-worker-") as folder:
        url = given.database or f"sqlite:///{folder}/forgecrew.sqlite"
        asyncio.run(_prepare(url))
        report("idle_worker", {**measure(url), **BARS}, {}, given.json)


def measure(url: str) -> dict[str, float]:
    """Start a worker, let it idle, stop it."""
    command = [sys.executable, "-m", "benchmarks.idle_worker", "--child", url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        import_cpu = float(process.stdout.readline())
        time.sleep(SETTLE_SECONDS)
        before = _cpu_seconds(process.pid)
        time.sleep(IDLE_SECONDS)
        percent = (_cpu_seconds(process.pid) - before) / IDLE_SECONDS * 100
        rss = next(int(line.split()[1]) for line in _status(process.pid) if line.startswith("VmRSS"))
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        stopped = time.monotonic() - asked
    finally:
        process.kill()
    return {
        "import_cpu_seconds": round(import_cpu, 2), "idle_rss_mib": round(rss / 1024, 1),
        "idle_cpu_percent": round(percent, 2), "stop_seconds": round(stopped, 2),
    }  # fmt: skip


async def _work(url: str) -> None:
    from forgecrew.kernel.journal_database import journal_url
    from forgecrew.kernel.journal_engine import JournalEngine
    from forgecrew.kernel.lease import new_worker_id
    from forgecrew.kernel.make_worker import make_worker
    from forgecrew.kernel.run_context import Procedure
    from forgecrew.store.database import Database

    print(time.process_time(), flush=True)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)

    def nothing(_task: object) -> Procedure:
        raise AssertionError("there is nothing to do")

    database = Database(url)
    try:
        await make_worker(database, JournalEngine(journal_url(url), new_worker_id()), nothing).run(stopping)
    finally:
        await database.close()


async def _prepare(url: str) -> None:
    from forgecrew.store.migrate import upgrade

    await upgrade(url)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def _status(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/status").read_text().splitlines()


if __name__ == "__main__":
    main()
