"""Vectors beside the write path: made in batches, several models side by side, searched inside a scope, absent without harm."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from forgecrew.core.errors import ConfigError, ModelUnavailable
from forgecrew.core.scope import Scope
from forgecrew.kernel.embedding import Embedding
from forgecrew.memory.recall.recaller import Recaller
from forgecrew.memory.vectors.exact import ExactIndex
from forgecrew.memory.vectors.fill import FillVectors
from forgecrew.memory.vectors.halves import from_bytes, to_bytes
from forgecrew.memory.vectors.resting import Resting
from forgecrew.ports.embedder import EmbedderProfile, Vectors, WordVectors
from forgecrew.store.database import Database
from forgecrew.store.queries import vectors

from .telling import ALL, remember, told
from .test_recall import ASKED

TOPICS = (("boat", "ship", "vessel"), ("pear", "fruit", "plum"), ("sum", "total", "amount"))


class Topics:
    """A small embedder of our own: one number per topic that a text touches. `problem` is raised instead when it is set."""

    def __init__(self, model_id: str = "topics-1") -> None:
        self.model_id = model_id
        self.texts: list[str] = []
        self.closed = 0
        self.problem: Exception | None = None

    async def profile(self) -> EmbedderProfile:
        if self.problem:
            raise self.problem
        return EmbedderProfile(self.model_id, len(TOPICS) + 1, 256)

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        if self.problem:
            raise self.problem
        self.texts += texts
        rows = np.array([[*(float(any(word in text.lower() for word in words)) for words in TOPICS), 0.1] for text in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    async def embed_words(self, texts: Sequence[str]) -> list[WordVectors]:
        return []

    async def close(self) -> None:
        self.closed += 1


async def fleet(database: Database) -> None:
    bodies = ["The vessel sinks", "A plum is blue", "Amounts differ", "The vessel sinks"]
    await remember(database, [
        told("issue.commented", number=n + 1, minutes=n, comment={"id": n + 1, "body": body}) for n, body in enumerate(bodies)
    ])  # fmt: skip


async def filled(database: Database, embedder: Topics) -> int:
    fill, done = FillVectors(database, embedder), 0
    while found := await fill.fill(limit=2):
        done += found
    return done


def test_halves_keep_direction_and_signs() -> None:
    rows = np.array([[0.6, -0.8, 0.0], [1.0, 0.0, 0.0]], np.float32)
    kept = to_bytes(rows)
    assert np.allclose(from_bytes([v16 for v16, _ in kept]), rows, atol=1e-3)
    assert kept[0][1] == bytes([0b10000000]) and from_bytes([]).size == 0


async def test_each_text_is_embedded_once_per_model_and_models_stand_side_by_side(database: Database) -> None:
    await fleet(database)
    first = Topics()
    assert await filled(database, first) == 3
    assert sorted(first.texts) == ["A plum is blue", "Amounts differ", "The vessel sinks"]
    async with database.read() as connection:
        assert await vectors.counts(connection, "topics-1") == {"vectors": 3, "waiting": 0}
    second = Topics("topics-2")
    await remember(database, [told("issue.commented", number=9, minutes=9, comment={"id": 9, "body": "A new boat"})])
    await filled(database, second)
    assert len(second.texts) == 4, "a change of models embeds anew what was there, without taking the old away"
    async with database.read() as connection:
        assert (await vectors.counts(connection, "topics-1"))["vectors"] == 3
        assert (await vectors.counts(connection, "topics-2"))["vectors"] == 4


async def test_an_embedder_that_is_down_takes_nothing_from_the_queue(database: Database) -> None:
    await fleet(database)
    embedder = Topics()
    fill = FillVectors(database, embedder)
    embedder.problem = ConfigError("not installed")
    with pytest.raises(ConfigError):
        await fill.fill()
    embedder.problem = None
    assert await fill.fill(limit=1) == 1
    embedder.problem = ModelUnavailable("down")
    with pytest.raises(ModelUnavailable):
        await fill.fill()
    async with database.read() as connection:
        assert await vectors.counts(connection, "topics-1") == {"vectors": 1, "waiting": 2}


async def test_meaning_finds_what_shares_no_word_inside_the_scope_alone(database: Database) -> None:
    await fleet(database)
    embedder = Topics()
    await filled(database, embedder)
    recaller = Recaller(database, embedder, lambda model_id: ExactIndex(database, model_id), embed_seconds=30)
    asked = replace(ASKED, text="Which ship?")
    found = await recaller.recall(asked)
    assert "The vessel sinks" in found.text and "plum" not in found.text and found.text.count("vessel") == 1
    assert (await recaller.recall(replace(asked, scope=Scope(frozenset({"repo:acme/other"}))))).lines == []
    assert (await Recaller(database).recall(asked)).lines == [], "words alone find nothing here"
    embedder.problem = ModelUnavailable("down")
    assert "plum" in (await recaller.recall(replace(asked, text="blue plum"))).text, "without the embedder words go on"
    index = ExactIndex(database, "topics-1")
    query = np.array([1, 0, 0, 0], np.float32)
    assert [round(score, 1) for _, score in await index.search(query, ALL, 2)] == [1.0, 1.0]
    assert await index.search(query, Scope(frozenset({"repo:acme/other"})), 9) == []


async def test_the_part_of_work_embeds_and_stops_politely(database: Database) -> None:
    await fleet(database)
    embedder, stopping = Topics(), asyncio.Event()
    going = asyncio.create_task(Embedding(database, Resting(embedder, idle_seconds=0)).run(stopping))
    async with asyncio.timeout(30):
        while not embedder.closed:
            await asyncio.sleep(0.01)
    stopping.set()
    await asyncio.wait_for(going, 10)
    async with database.read() as connection:
        assert (await vectors.counts(connection, "topics-1"))["waiting"] == 0
    stopped = asyncio.Event()
    stopped.set()
    await asyncio.wait_for(Embedding(database, None).run(stopped), 10)
