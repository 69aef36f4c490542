"""Chunks with vectors for `memory_load`: words by Zipf's law or from texts that are given, unit vectors around centres."""

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks._texts import Texts
from forgecrew.memory.vectors.halves import to_bytes
from forgecrew.ports.embedder import Vectors

DIMENSION, CENTRES, WORDS, LENGTH = 384, 2_000, 60_000, 40
REPOS, STEP = 20, 10_000
_CHUNK = (
    "INSERT INTO chunk (id, event_id, entity_id, repo, readers, integrity, provenance, kind, source_key, version, seq, live,"
    " thread_key, author, at, told_at, text, identifiers, text_hash, tokens) VALUES"
    " (?, 'e', 1, ?, ?, 2, 'said', 'comment', ?, 'v', 0, 1, ?, ?, ?, ?, ?, '', ?, 60)"
)
_VECTOR = "INSERT INTO text_vector (text_hash, model_id, dim, v16, bits) VALUES (?, ?, 384, ?, ?)"


def batches(count: int, seed: int = 0) -> Iterator[tuple[int, Vectors]]:
    """(number of the first row, rows) of all vectors, the same each time."""
    dice, middle = np.random.default_rng(seed), np.random.default_rng(1).standard_normal((CENTRES, DIMENSION), np.float32)
    for start in range(0, count, STEP):
        size = min(STEP, count - start)
        rows = middle[dice.integers(0, CENTRES, size)] + 0.9 * dice.standard_normal((size, DIMENSION), np.float32)
        yield start, rows / np.linalg.norm(rows, axis=1, keepdims=True)


def fill(file: Path, count: int, model_id: str, texts: Texts | None = None) -> None:
    """Put so many chunks and their vectors into a database that has its tables; a fifth is readable in one repository only."""
    dice, drawn = np.random.default_rng(2), random.Random(2)
    with sqlite3.connect(file) as connection:
        for start, rows in batches(count):
            words = dice.zipf(1.25, size=(len(rows), LENGTH)) % WORDS
            chunks, vectors = [], []
            for at, (told, (v16, bits)) in enumerate(zip(words.tolist(), to_bytes(rows), strict=True)):
                id = start + at + 1
                repo = f"acme/r{id % REPOS}"
                moment = f"2026-{1 + id % 9:02}-11 10:{id % 60:02}:00.000000"
                text = texts.piece(drawn, LENGTH) if texts else " ".join(f"w{one}" for one in told)
                chunks.append((
                    id, repo, "public" if id % 5 else f"repo:{repo}", f"{repo}#{id}", f"{repo}#{id // 8}", f"u{id % 300}",
                    moment, moment, text, f"{id:032x}",
                ))  # fmt: skip
                vectors.append((f"{id:032x}", model_id, v16, bits))
            connection.executemany(_CHUNK, chunks)
            connection.executemany(_VECTOR, vectors)
            connection.commit()
    connection.close()


def questions(count: int, seed: int, texts: Texts | None = None) -> list[tuple[str, Vectors]]:
    """(words, unit vector) of questions."""
    dice, drawn = np.random.default_rng(seed), random.Random(seed)
    rows = next(batches(count, seed))[1]
    if texts:
        return [(texts.piece(drawn, 12), row) for row in rows]
    words = dice.zipf(1.25, size=(count, 12)) % WORDS
    return [(" ".join(f"w{one}" for one in told), row) for told, row in zip(words.tolist(), rows, strict=True)]
