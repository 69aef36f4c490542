"""Sends signed webhooks to a running `forgecrew serve` at a fixed rate, and counts what was stored.

    python -m benchmarks.intake [--rate 205] [--seconds 30] [--compare 3] [--json]

Each delivery has its moment, whether the one before was answered or not; the time is measured from that moment to the end of
the answer. lost counts deliveries that were not answered with 200 or are not in the database afterwards; behind_s is how long
after the last delivery the dispatcher had seen all of them, memory_behind_s when all were remembered. --compare measures so
many times with and as many without memory, in turns, and gives medians.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks._report import report
from forgecrew.app.demo.scene import REPO, ModelAnswers, set_scene
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.cli.main import main as command_line
from forgecrew.kernel.remembering import Remembering
from forgecrew.store.database import Database
from forgecrew.store.tables.event import event

CONNECTIONS = 32
BODY_BYTES = 9_000
"""About what a forge sends for one comment."""


@dataclass(slots=True)
class Tally:
    """What the answers were."""

    seconds: list[float] = field(default_factory=list)
    refused: int = 0


def delivery(number: int, secret: str) -> bytes:
    """One signed delivery about a comment, as bytes on the wire."""
    person = {"id": 9, "login": "passer-by"}
    body = json.dumps({
        "action": "created", "sender": person, "is_pull": False,
        "repository": {"id": 1, "name": REPO.name, "full_name": str(REPO), "owner": {"login": REPO.owner}, "private": False},
        "issue": {"number": 1 + number % 50, "title": "A title", "body": "x" * BODY_BYTES, "state": "open", "user": person},
        "comment": {"id": number + 1, "body": f"comment {number}", "user": person},
    }).encode()  # fmt: skip
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    head = (
        f"POST /hooks/gitea HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
        f"x-gitea-event: issue_comment\r\nx-gitea-event-type: issue_comment\r\nx-gitea-delivery: {uuid.uuid4()}\r\n"
        f"x-gitea-signature: {signature}\r\n\r\n"
    )
    return head.encode() + body


async def sender(port: int, queue: "asyncio.Queue[tuple[float, bytes] | None]", tally: Tally) -> None:
    """Send what comes, each over the same kept-alive connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (item := await queue.get()) is not None:
        moment, request = item
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        answer = await reader.readexactly(length)
        tally.seconds.append(time.perf_counter() - moment)
        tally.refused += not (head.startswith(b"HTTP/1.1 200") and b"stored" in answer)
    writer.close()


async def send(port: int, secret: str, rate: int, seconds: int, *, first: int = 0) -> tuple[Tally, float]:
    """All deliveries, numbered from `first`, each at its moment; gives the tally and how long it took."""
    requests = [delivery(first + number, secret) for number in range(rate * seconds)]
    tally, queue = Tally(), asyncio.Queue[tuple[float, bytes] | None]()
    senders = [asyncio.create_task(sender(port, queue, tally)) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    for number, request in enumerate(requests):
        moment = began + number / rate
        await asyncio.sleep(max(0.0, moment - time.perf_counter()))
        queue.put_nowait((moment, request))
    for _ in senders:
        queue.put_nowait(None)
    await asyncio.gather(*senders)
    return tally, time.perf_counter() - began


async def count(database: Database, *where: "sa.ColumnElement[bool]") -> int:
    """How many of our events there are."""
    query = sa.select(sa.func.count()).select_from(event).where(event.c.actor == "passer-by", *where)
    async with database.read() as connection:
        return (await connection.execute(query)).scalar_one()


async def main(rate: int, seconds: int, compare: int, as_json: bool) -> None:
    """Measure as it is, or in turns with and without memory."""
    if not compare:
        report("intake", await measure(rate, seconds, memory=True), {}, as_json)
        return
    rounds: dict[bool, list[dict[str, float]]] = {True: [], False: []}
    for turn in range(2 * compare):
        memory = turn % 2 == 0
        rounds[memory].append(await measure(rate, seconds, memory=memory))
        print("with memory" if memory else "without", rounds[memory][-1], file=sys.stderr, flush=True)
    figures: dict[str, float] = {}
    for memory, ending in ((True, ""), (False, "_without_memory")):
        for name in rounds[memory][0]:
            worst = name == "lost"
            values = sorted(one[name] for one in rounds[memory])
            figures[name + ending] = values[-1] if worst else values[len(values) // 2]
    report("intake", figures, {}, as_json)


async def measure(rate: int, seconds: int, *, memory: bool) -> dict[str, float]:
    """Set the scene, start serve, send, count."""
    with tempfile.TemporaryDirectory(prefix="forgecrew-intake-") as folder:
        home = Path(folder)
        scene = await set_scene(home, ModelAnswers(), port=0, say=lambda text: None)
        secret, port = load_read_secrets(home).webhook_secret, scene.settings.server.port
        program = ["-m", "forgecrew.cli.main", "serve", "--home", folder]
        if not memory:
            program = ["-m", "benchmarks.intake", "--serve-without-memory", folder]
        with (home / "serve.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, *program, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            await wait_for(port)
            await send(port, secret, 20, 2)
            before = cpu_seconds(process.pid)
            tally, took = await send(port, secret, rate, seconds, first=40)
            ended, worked = time.perf_counter(), cpu_seconds(process.pid) - before
            database = Database(scene.settings.database_url)
            stored = await count(database)
            behind = await until_none(database, event.c.dispatched_at, ended)
            remembered = await until_none(database, event.c.remembered_at, ended) if memory else 0.0
            await database.close()
        finally:
            process.terminate()
            await process.wait()
            await scene.strike()
    sent = rate * seconds
    return {
        "sent": sent, "accepted_per_s": round(sent / took, 1), "lost": max(tally.refused, sent + 40 - stored),
        "p50_ms": round(percentile(tally.seconds, 0.5) * 1000, 1), "p95_ms": round(percentile(tally.seconds, 0.95) * 1000, 1),
        "p99_ms": round(percentile(tally.seconds, 0.99) * 1000, 1), "cpu_ms_per_event": round(worked / sent * 1000, 2),
        "behind_s": round(behind, 2), "memory_behind_s": round(remembered, 2),
    }  # fmt: skip


async def until_none(database: Database, done_at: "sa.Column[Any]", since: float) -> float:
    """Seconds from then on until something was done with all of our events."""
    while await count(database, done_at.is_(None)) and time.perf_counter() < since + 120:
        await asyncio.sleep(0.05)
    return time.perf_counter() - since


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def serve_without_memory(home: str) -> None:
    """The process `serve` whose memory only waits."""

    async def wait(_self: Remembering, stopping: asyncio.Event) -> None:
        await stopping.wait()

    Remembering.run = wait
    sys.argv = ["forgecrew", "serve", "--home", home]
    command_line()


def percentile(values: list[float], share: float) -> float:
    """The value that this share of the values does not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


async def wait_for(port: int) -> None:
    """Until somebody listens there."""
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise RuntimeError("serve did not start")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--rate", type=int, default=205, help="a little above the goal, since the last answer comes after the last delivery"
    )
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--compare", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve-without-memory", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve_without_memory:
        serve_without_memory(given.serve_without_memory)
    else:
        asyncio.run(main(given.rate, given.seconds, given.compare, given.json))
