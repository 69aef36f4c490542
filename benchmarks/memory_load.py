"""Recall from a large memory: how long it takes, and what the process that does it holds.

    python -m benchmarks.memory_load [--chunks 100000] [--data PATH] [--model FOLDER] [--fast] [--json]

Chunks are synthetic: 40 words each by Zipf's law, or pieces of the texts below PATH (benchmarks/_texts.py), vectors of 384
numbers around 2,000 centres, a fifth readable in one of 20 repositories only. One recall is the product's own
(`memory/recall`): the question's vector, search by meaning, by words, fusion, packing. The model embeds each question, which
takes its time, and the vector that is searched is the question's synthetic one, since words without meaning have none.
Without a model in FOLDER the figures are without embedding, and `embedded` is 0.

A fresh process measures: recall_p50_ms, recall_p95_ms; text_* and vector_* the two searches alone; same_10 the share of the ten
nearest that comparing all gives too; load_s the first search, which reads the matrix; cold_s imports and model; rss_mib in the
end. install_mib: all required packages, forgecrew and the model, without the extra `fast` and its graph, which --fast
uses. numpy computes in one thread, as the processes have it. Peers: numpy over all vectors in single precision, FTS5 with
all words of the question, usearch where it is installed.
"""

import argparse
import asyncio
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Awaitable, Callable, Sequence
from importlib import metadata  # noqa: TID251  installed packages are read, nothing is imported
from pathlib import Path
from typing import Any

from benchmarks._report import report
from benchmarks._texts import Texts
from forgecrew.integrations.minilm.files import SHA256

ROOT = Path(__file__).parent.parent
MODEL_ID, QUESTIONS = "all-MiniLM-L6-v2", 60


async def measured(file: Path, model: Path, texts: Texts | None, *, fast: bool) -> dict[str, float]:
    """All figures of one database, in this process."""
    began = time.perf_counter()
    from forgecrew.integrations.minilm.embedder import MiniLM
    from forgecrew.memory.recall.recaller import Recaller
    from forgecrew.store.database import Database

    minilm = MiniLM(model, graph=fast) if (model / "model.safetensors").is_file() else None
    if minilm:
        await minilm.embed(["ready"])
    figures = {"cold_s": round(time.perf_counter() - began, 2), "embedded": float(minilm is not None)}

    from benchmarks._memory_rows import questions
    from forgecrew.core.scope import Scope
    from forgecrew.memory.recall.asked import Asked
    from forgecrew.memory.search_text import search_text
    from forgecrew.memory.vectors.choose import ChosenIndex

    database, scope = Database(f"sqlite:///{file}"), Scope.of_repos(["acme/r5", "acme/r10"])
    index, asked = ChosenIndex(database, MODEL_ID, file.parent), questions(QUESTIONS, 5, texts)
    began = time.perf_counter()
    await index.search(asked[0][1], scope, 100)
    figures["load_s"] = round(time.perf_counter() - began, 2)

    async def by_text(text: str, _row: Any) -> None:
        async with database.read() as connection:
            await search_text(connection, scope, text)

    recaller = Recaller(database, Questions(minilm, dict(asked)), lambda _: index, embed_seconds=60)
    figures |= await timed("text", by_text, asked)
    figures |= await timed("vector", lambda _text, row: index.search(row, scope, 100), asked)
    figures |= await timed("recall", lambda text, _row: recaller.recall(Asked(text, scope)), asked)
    figures["rss_mib"] = resident()
    figures["same_10"] = await agreement(database, index, asked)
    await recaller.close()
    await database.close()
    return figures


class Questions:
    """An embedder that lets the model embed, and gives the question's own synthetic vector."""

    def __init__(self, model: Any, known: dict[str, Any]) -> None:
        self.model, self.known = model, known

    async def profile(self) -> Any:
        from forgecrew.ports.embedder import EmbedderProfile

        return EmbedderProfile(MODEL_ID, 384, 256)

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Any:
        import numpy as np

        if self.model:
            await self.model.embed(texts, query=query)
        return np.stack([self.known[text.strip()] for text in texts])

    async def embed_words(self, texts: Sequence[str]) -> list[Any]:
        return []

    async def close(self) -> None:
        return None


async def timed(name: str, run: Callable[[str, Any], Awaitable[Any]], asked: list[tuple[str, Any]]) -> dict[str, float]:
    """p50 and p95 over all questions, the second time that they are asked."""
    took: list[float] = []
    for text, row in [*asked[:10], *asked]:
        began = time.perf_counter()
        await run(text, row)
        took.append((time.perf_counter() - began) * 1000)
    took = sorted(took[10:])
    return {f"{name}_p50_ms": round(took[len(took) // 2], 1), f"{name}_p95_ms": round(took[int(len(took) * 0.95)], 1)}


async def agreement(database: Any, index: Any, asked: list[tuple[str, Any]]) -> float:
    """The share of the ten nearest of all that the index gives, for who may read everything."""
    import numpy as np

    from benchmarks._memory_rows import REPOS, batches
    from forgecrew.core.scope import Scope

    async with database.read() as connection:
        count = (await connection.exec_driver_sql("SELECT count(*) FROM chunk")).scalar_one()
    rows = np.stack([row for _, row in asked[:20]])
    best: list[list[tuple[float, int]]] = [[] for _ in rows]
    for start, held in batches(count):
        for place, scores in enumerate((held @ rows.T).T):
            top = np.argpartition(-scores, 10)[:10]
            best[place] = sorted([*best[place], *((float(scores[one]), start + int(one) + 1) for one in top)])[-10:]
    everything, shared = Scope.of_repos([f"acme/r{number}" for number in range(REPOS)]), 0
    for row, wanted in zip(rows, best, strict=True):
        shared += len({id for id, _ in await index.search(row, everything, 10)} & {id for _, id in wanted})
    return round(shared / (10 * len(rows)), 3)


def resident() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return round(int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024, 1)


def peers(file: Path, count: int, texts: Texts | None) -> dict[str, dict[str, float]]:
    """What others give on the same rows and questions, in this process."""
    import numpy as np

    from benchmarks._memory_rows import batches, questions

    asked, found = questions(30, 5, texts), {}
    connection = sqlite3.connect(file)
    find = "SELECT rowid FROM chunk_text WHERE chunk_text MATCH ? ORDER BY rank LIMIT 100"
    found["FTS5, all words"] = plain(
        lambda text, _: connection.execute(find, (" OR ".join(f'"{word}"' for word in re.findall(r"\w+", text)),)).fetchall(),
        asked,
    )
    rows = np.concatenate([held for _, held in batches(count)])
    found["numpy, single precision"] = plain(lambda _, row: np.argpartition(-(rows @ row), 100)[:100], asked) | {
        "mib": round(rows.nbytes / 2**20, 1)
    }
    try:
        from usearch.index import Index  # type: ignore[import-not-found]
    except ImportError:
        return found
    if count <= 200_000:
        began, made = time.perf_counter(), Index(ndim=384, metric="cos", dtype="f16")
        made.add(np.arange(count), rows)
        built = round(time.perf_counter() - began, 1)
        found["usearch, half precision"] = plain(lambda _, row: made.search(row, 100), asked) | {"build_s": built}
    return found


def plain(run: Callable[[str, Any], Any], asked: list[tuple[str, Any]]) -> dict[str, float]:
    took = []
    for text, row in [asked[0], *asked]:
        began = time.perf_counter()
        run(text, row)
        took.append((time.perf_counter() - began) * 1000)
    took = sorted(took[1:])
    return {"p50_ms": round(took[len(took) // 2], 1), "p95_ms": round(took[int(len(took) * 0.95)], 1)}


def install_mib(model: Path) -> float:
    """Files of forgecrew, of its required packages, theirs too, and of the model."""
    seen: set[str] = set()
    # not what the installed metadata say: in a folder under work they are as old as the last `pip install`
    required = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    waiting = [re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in required]
    own = [*(ROOT / "src/forgecrew").rglob("*"), *(model / name for name in SHA256)]
    total = sum(one.stat().st_size for one in own if one.is_file())
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # needed on other systems only
        places = [Path(str(package.locate_file(one))) for one in package.files or []]
        total += sum(one.stat().st_size for one in places if one.is_file())
        for line in package.requires or []:
            if "extra ==" not in line:
                waiting.append(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0])
    return round(total / 2**20, 1)


def child(part: str, file: Path, given: argparse.Namespace, *, fast: bool = False) -> Any:
    command = [sys.executable, "-m", "benchmarks.memory_load", "--part", part, "--file", str(file), "--model", str(given.model)]
    command += [*(["--fast"] if fast else []), *(["--data", str(given.data)] if given.data else [])]
    one_thread = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [*command, "--chunks", str(given.chunks)], stdout=subprocess.PIPE, check=True, text=True, env=one_thread
    )
    return json.loads(done.stdout.splitlines()[-1])


def main(given: argparse.Namespace) -> None:
    texts = Texts(given.data) if given.data else None
    if given.part:
        measuring = given.part == "measure"
        of_ours = asyncio.run(measured(given.file, given.model, texts, fast=given.fast)) if measuring else {}
        print(json.dumps(of_ours or peers(given.file, given.chunks, texts)))
        return
    from benchmarks._memory_rows import fill
    from forgecrew.store.migrate import upgrade

    with tempfile.TemporaryDirectory(prefix="forgecrew-memory-load-") as folder:
        file = Path(folder) / "memory.sqlite"
        asyncio.run(upgrade(f"sqlite:///{file}"))
        began = time.perf_counter()
        fill(file, given.chunks, MODEL_ID, texts)
        filled = time.perf_counter() - began
        figures = {"chunks": given.chunks} | child("measure", file, given, fast=given.fast)
        figures |= {"install_mib": install_mib(given.model), "filled_per_s": round(given.chunks / filled)}
        report("memory_load", figures, child("peers", file, given), given.json)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--data", type=Path, help="texts to draw chunks and questions from: reports.jsonl, or a folder")
    default = os.environ.get("FORGECREW_TEST_MINILM") or Path.home() / ".config/forgecrew/models/minilm"
    parser.add_argument("--model", type=Path, default=Path(default), help="folder of the model (`forgecrew models install`)")
    parser.add_argument("--fast", action="store_true", help="embed by the model's graph, as the extra `fast` does")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--part", default="", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    main(parser.parse_args())
