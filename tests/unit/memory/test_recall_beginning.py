"""What takes long to load stops no recall: it goes on beside, and the next one has it."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from forgecrew.memory.recall.recaller import Recaller
from forgecrew.memory.recall.recalls import Recalls
from forgecrew.memory.recall.when_asked import RecallerWhenAsked
from forgecrew.memory.vectors.matrix import MatrixIndex
from forgecrew.ports.embedder import EmbedderProfile, Vectors
from forgecrew.store.database import Database

from .test_recall import ASKED
from .test_vectors import Topics, filled, fleet

SHIP = replace(ASKED, text="Which ship?")


class Slow(Topics):
    """Loads until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on, self.asked = asyncio.Event(), 0

    async def profile(self) -> EmbedderProfile:
        self.asked += 1
        await self.go_on.wait()
        return await super().profile()

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        await self.go_on.wait()
        return await super().embed(texts, query=query)


async def test_words_answer_while_a_model_loads_and_it_is_asked_once(sqlite_database: Database) -> None:
    await fleet(sqlite_database)
    await filled(sqlite_database, Topics())
    embedder = Slow()
    recaller = Recaller(sqlite_database, embedder, lambda id: MatrixIndex(sqlite_database, id), embed_seconds=0.02)
    for _ in range(3):
        assert (await recaller.recall(SHIP)).lines == []
        assert "plum" in (await recaller.recall(replace(SHIP, text="blue plum"))).text
        await asyncio.sleep(0.03)  # longer than anybody waits
    assert embedder.asked == 1
    embedder.go_on.set()
    async with asyncio.timeout(30):
        while "vessel" not in (await recaller.recall(SHIP)).text:
            await asyncio.sleep(0.01)
    await recaller.close()


async def test_who_gives_up_finds_the_recaller_made_the_next_time(sqlite_database: Database) -> None:
    await fleet(sqlite_database)
    go_on, made = threading.Event(), list[int]()

    def make() -> Recalls:
        go_on.wait(30)
        made.append(threading.get_ident())
        return Recaller(sqlite_database)

    late = RecallerWhenAsked(make)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await late.recall(ASKED)
    go_on.set()
    found = await asyncio.gather(*(late.recall(replace(ASKED, text="blue plum")) for _ in range(3)))
    assert all("plum" in one.text for one in found)
    assert len(made) == 1 and made[0] != threading.get_ident()
    await late.close()


async def test_a_recaller_that_could_not_be_made_is_made_again(sqlite_database: Database) -> None:
    tried = list[int]()

    def make() -> Recalls:
        tried.append(1)
        if len(tried) == 1:
            raise OSError("no room")
        return Recaller(sqlite_database)

    late = RecallerWhenAsked(make)
    with pytest.raises(OSError, match="no room"):
        await late.recall(ASKED)
    assert (await late.recall(ASKED)).lines == []


def test_no_process_imports_numpy_before_somebody_recalls() -> None:
    """It is large, takes long, and most processes never compare anything."""
    loaded = "; ".join(f"import forgecrew.app.{name}_process" for name in ("serve", "work", "effects", "host"))
    code = f"import sys; {loaded}; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
