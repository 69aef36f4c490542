"""Recalls from a generated history (with --data its talk is of the texts there) and looks at what is packed into a prompt.

    python -m benchmarks.recall_pack [--issues 120] [--data PATH] [--json]

pack_4k_tokens and pack_8k_tokens: the largest pack for windows of 4K and 8K, with what stands above it. cited: the share of
packed lines whose mark leads to a row and an address. answered: questions about a reported fault whose pack holds the text that
answers it, words alone; silent: questions about what was never reported for which nothing is packed. stale_current: states that
have ended and are shown as if they held. p50_ms and p95_ms: one recall, words alone.
"""

import argparse
import asyncio
import random
import re
import tempfile
from pathlib import Path

from benchmarks._recall_history import REPO, Told, history
from benchmarks._report import report
from benchmarks._texts import Texts
from forgecrew.core.scope import Scope
from forgecrew.core.tokens import estimate
from forgecrew.memory.recall.asked import Asked, Recalled
from forgecrew.memory.recall.cite import cited_in, resolve
from forgecrew.memory.recall.for_run import HEAD
from forgecrew.memory.recall.recaller import Recaller
from forgecrew.memory.remember import Memory
from forgecrew.store.database import Database
from forgecrew.store.migrate import upgrade
from forgecrew.store.queries import events

FORGE = "http://forge.example"
ROOMS = {"pack_4k_tokens": 860, "pack_8k_tokens": 1_760}
_SPACE = re.compile(r"\s+")


def question(one: Told, room: int, *, thread: str = "") -> Asked:
    """What is asked, by somebody who may read everything."""
    return Asked(one.question, Scope(), room, repo=str(REPO), thread=thread, forge_url=FORGE, public_url="http://crew.example")


async def measure(url: str, issues: int, texts: Texts | None) -> dict[str, float]:
    """All figures."""
    await upgrade(url)
    database = Database(url)
    log, asked = history(issues, random.Random(5), texts)
    async with database.write() as connection:
        await events.insert(connection, log)
    memory = Memory(database)
    while await memory.remember():
        pass
    recaller, figures = Recaller(database), dict[str, float]()
    took: list[float] = []
    lines = cited = answered = silent = stale = 0
    for name, room in ROOMS.items():
        largest = 0
        for one in asked:
            found = await recaller.recall(question(one, room))
            largest = max(largest, estimate(f"{HEAD}\n{found.text}") if found.lines else 0)
            took.append(found.milliseconds)
            lines, cited = lines + len(found.lines), cited + await resolved(database, found)
            answered += bool(one.number) and one.answer in _SPACE.sub(" ", found.text)
            silent += not one.number and not found.lines
        for number in range(1, issues + 1, 2):  # closed, and their label is gone
            about = await recaller.recall(question(Told(number, f"#{number}", ""), room))
            stale += any(current_states(line.text, number) for line in about.lines if line.kind == "fact")
        figures[name] = largest
    await database.close()
    took.sort()
    there = sum(1 for one in asked if one.number) * len(ROOMS)
    return figures | {
        "cited": round(cited / max(1, lines), 4), "answered": round(answered / there, 3),
        "silent": round(silent / max(1, len(asked) * len(ROOMS) - there), 3), "stale_current": stale,
        "p50_ms": round(took[len(took) // 2], 1), "p95_ms": round(took[int(len(took) * 0.95)], 1), "lines": lines,
    }  # fmt: skip


async def resolved(database: Database, found: Recalled) -> int:
    """Lines whose own mark leads to a row, and whose address is a full one."""
    count = 0
    async with database.read() as connection:
        for line in found.lines:
            marks = cited_in(line.text)
            there = await resolve(connection, Scope(), marks[0], question(Told(0, "", ""), 0)) if len(marks) == 1 else None
            count += there is not None and there[1] == line.url and there[1].startswith("http") and bool(there[0])
    return count


def current_states(text: str, number: int) -> bool:
    """Whether a fact says that a closed issue is open, or has the label that was taken from it, without saying until when."""
    now = re.sub(r"[^;:]*until[^;]*", "", text)
    return f"{REPO}#{number}:" in text and ("state open" in now or "labelled bug" in now)


def main(issues: int, texts: Texts | None, as_json: bool) -> None:
    """Measure on SQLite."""
    with tempfile.TemporaryDirectory(prefix="forgecrew-recall-") as folder:
        figures = asyncio.run(measure(f"sqlite:///{folder}/memory.sqlite", issues, texts))
    report("recall_pack", figures, {}, as_json)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--issues", type=int, default=120)
    parser.add_argument("--data", type=Path, help="texts that people say beside the matter: reports.jsonl, or a folder")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    main(given.issues, Texts(given.data) if given.data else None, given.json)
