"""Writes forge events into memory and times each of them, and all of them together.

    python -m benchmarks.memory_write [--events 2000] [--data PATH] [--postgres URL] [--json]

The events are those of a busy repository: issues opened, labelled, assigned and closed, pull requests reviewed and merged,
comments with references, paths, code and stack traces; with --data their words are pieces of the texts there
(benchmarks/_texts.py). write_p95_ms: one event alone in the log, from being asked to take it in until its text can be found,
at a memory that already holds the others. events_per_s: a full log, batch after batch, as `serve` does it but without its
rests; cpu_ms_per_event is our own processor time in that, which other work moves least.
model_calls counts the addresses that were connected to other than the database's own.
"""

import argparse
import asyncio
import glob
import os
import pwd
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks._report import report
from benchmarks._texts import Texts
from forgecrew.core.event import Event, EventKind
from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.memory.remember import Memory
from forgecrew.memory.search_text import search_text
from forgecrew.store.database import Database
from forgecrew.store.migrate import upgrade
from forgecrew.store.queries import events

REPO = RepoRef("acme", "tally")
BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
ALONE = 300
WORDS = [f"{a}{b}" for a in ("set", "get", "read", "split", "parse", "round", "merge", "load") for b in
         ("tle", "ting", "Name", "_file", "Token", " the", " amount", " currency", " error", " with", "ed", "s")]  # fmt: skip
CODE = '```python\nTraceback (most recent call last):\n  File "tally/split.py", line 12, in split\n    raise ValueError\n```'
CONNECTED: list[Any] = []


def prose(dice: random.Random, words: int, texts: Texts | None) -> str:
    """Words with some references, paths, names and code among them."""
    parts = texts.piece(dice, words).split() if texts else dice.choices(WORDS, k=words)
    parts += [f"see #{dice.randrange(1, 200)}", f"tally/{dice.choice(WORDS).strip()}.py", "`tally.split()`", "@noa"]
    if dice.random() < 0.2:
        parts.append(f"fixes #{dice.randrange(1, 200)}")
    if not texts:
        dice.shuffle(parts)
    return " ".join(parts) + (f"\n\n{CODE}" if dice.random() < 0.2 else "")


def log_of(count: int, dice: random.Random, texts: Texts | None) -> list[Event]:
    """A log of so many events about up to 200 issues and pull requests."""
    bodies = {number: prose(dice, 120, texts) for number in range(1, 201)}
    made: list[Event] = []
    for serial in range(count):
        number, moment = dice.randrange(1, 201), BEGIN + timedelta(seconds=30 * serial)
        pull = number % 3 == 0
        kind: EventKind = dice.choice(["pull.commented", "pull.reviewed", "pull.edited"] if pull else [
            "issue.commented", "issue.commented", "issue.labeled", "issue.assigned", "issue.closed"])  # fmt: skip
        payload: dict[str, Any] = {
            "title": f"Thing {number} fails", "body": bodies[number], "author": "mia", "milestone": "v1",
            "labels": dice.sample(["bug", "ui", "p1"], 1), "assignees": dice.sample(["casey", "noa"], 1),
            "state": dice.choice(["open", "open", "closed"]),
        }  # fmt: skip
        if kind.endswith("commented"):
            payload["comment"] = {"id": serial, "body": prose(dice, 60, texts)}
        if kind == "pull.reviewed":
            payload["review"] = {"state": dice.choice(["APPROVED", "REQUEST_CHANGES"]), "body": prose(dice, 40, texts)}
        payload.setdefault("comment", {"id": serial, "body": "short"})["body"] += f" needle{serial}"
        subject = Subject(REPO, "pull" if pull else "issue", number)
        made.append(Event("gitea", kind, f"bench-{serial}", dice.choice(["mia", "noa"]), subject, moment, payload))
    return made


async def measure(url: str, count: int, texts: Texts | None) -> dict[str, float]:
    """Figures on one database."""
    await upgrade(url)
    database, dice = Database(url), random.Random(7)
    memory, log = Memory(database), log_of(count + ALONE, dice, texts)
    await keep(database, log[:count])
    began, cpu = time.perf_counter(), time.process_time()
    done = 0
    while found := await memory.remember():
        done += found
    took, worked = time.perf_counter() - began, time.process_time() - cpu
    assert done == count
    alone: list[float] = []
    for event in log[count:]:
        await keep(database, [event])
        moment = time.perf_counter()
        assert await memory.remember() == 1
        alone.append(time.perf_counter() - moment)
    async with database.read() as connection:
        assert await search_text(connection, Scope(), f"needle{count + ALONE - 1}"), "what was written is found"
    await database.close()
    alone.sort()
    return {
        "write_p95_ms": round(alone[int(len(alone) * 0.95)] * 1000, 2), "write_p50_ms": round(alone[len(alone) // 2] * 1000, 2),
        "events_per_s": round(count / took, 1), "cpu_ms_per_event": round(worked / count * 1000, 2),
    }  # fmt: skip


async def keep(database: Database, log: list[Event]) -> None:
    """Store events as the inbox does."""
    for start in range(0, len(log), 100):
        async with database.write() as connection:
            await events.insert(connection, log[start : start + 100])


@contextmanager
def postgres(given: str) -> Iterator[str]:
    """URL of a PostgreSQL: the given one, a server of our own, or nothing where its programs are missing."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))
    if given or not found:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="forgecrew-pg-", dir="/tmp"))
    who: dict[str, Any] = {}
    if not os.getuid():
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    binaries, data = Path(found[-1]).parent, folder / "data"
    make = [binaries / "initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8"]
    subprocess.run(make, check=True, capture_output=True, cwd=folder, **who)
    server = subprocess.Popen(
        [binaries / "postgres", "-D", data, "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1"], cwd=folder,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **who,
    )  # fmt: skip
    try:
        while subprocess.run([binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False).returncode:
            time.sleep(0.1)
        yield f"postgresql://bench@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(2)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def main(count: int, texts: Texts | None, postgres_url: str, as_json: bool) -> None:
    """Measure both databases; the figures are those of SQLite, and of the worse one where a goal is for both."""
    sys.addaudithook(lambda name, given: CONNECTED.append(given[1]) if name == "socket.connect" else None)
    with tempfile.TemporaryDirectory(prefix="forgecrew-memory-") as folder:
        lite = asyncio.run(measure(f"sqlite:///{folder}/memory.sqlite", count, texts))
    outside = len(CONNECTED)
    measured = {"sqlite": lite}
    with postgres(postgres_url) as url:
        if url:
            measured["postgresql"] = asyncio.run(measure(url, count, texts))
            port = url.rsplit(":", 1)[-1].split("/")[0]
            outside = sum(1 for address in CONNECTED if str(port) not in str(address))
    figures: dict[str, float] = {
        "write_p95_ms": max(one["write_p95_ms"] for one in measured.values()),
        "events_per_s": min(one["events_per_s"] for one in measured.values()),
        "model_calls": outside,
    }
    figures |= {f"{name}_{key}": value for name, one in measured.items() for key, value in one.items()}
    report("memory_write", figures, {}, as_json)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=2_000)
    parser.add_argument("--data", type=Path, help="texts to draw words from: reports.jsonl, or a folder")
    parser.add_argument("--postgres", default="", help="URL of an empty database to use instead of a server of its own")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    main(given.events, Texts(given.data) if given.data else None, given.postgres, given.json)
