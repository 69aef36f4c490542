"""The search by meaning beside other work: the question as a vector and the chunks near it, as far as it comes in time.

Who loads a model or a matrix takes longer than anybody waits: it goes on, words alone answer meanwhile.
"""

import asyncio
import logging
from collections.abc import Callable

from forgecrew.core.errors import ForgecrewError
from forgecrew.memory.recall.asked import Asked
from forgecrew.memory.recall.near import ARM_MAX, Near
from forgecrew.memory.vectors.index import VectorIndex
from forgecrew.ports.embedder import Embedder

log = logging.getLogger(__name__)

QUESTION_CHARACTERS_MAX = 1_000
SPARE = 16
"""So many more are taken of what is near: the task's own thread is left out, some may be gone."""


Going = asyncio.Task[Near | None]


class Meaning:
    """One per process; `index_of` makes the search for a model's vectors."""

    def __init__(self, embedder: Embedder, index_of: Callable[[str], VectorIndex], *, seconds_max: float) -> None:
        self._embedder, self._index_of, self._seconds_max = embedder, index_of, seconds_max
        self._index: VectorIndex | None = None
        self._going: dict[Going, float] = {}
        self._told = ""

    @property
    def model_id(self) -> str:
        """Whose vectors are compared; empty before the model has told its name."""
        return self._index.model_id if self._index else ""

    def begin(self, asked: Asked) -> Going | None:
        """Start it; None while an earlier one takes longer than anybody waits: whoever loads is not asked again meanwhile."""
        now = asyncio.get_running_loop().time()
        if any(now - began > self._seconds_max for began in self._going.values()):
            return None
        task = asyncio.create_task(self._find(asked))
        self._going[task] = now
        task.add_done_callback(self._ended)
        return task

    async def end(self, going: Going | None) -> Near | None:
        """What was found; None when it is not there in time, counted from its beginning."""
        if going is None:
            return None
        left = self._going.get(going, 0.0) + self._seconds_max - asyncio.get_running_loop().time()
        if not going.done():
            await asyncio.wait({going}, timeout=max(0.0, left))
        return going.result() if going.done() else None

    async def close(self) -> None:
        """Give up what is under way."""
        some = list(self._going)
        for task in some:
            task.cancel()
        await asyncio.gather(*some, return_exceptions=True)

    def _ended(self, done: Going) -> None:
        self._going.pop(done, None)
        if not done.cancelled():
            done.exception()  # told by whoever still waits for it

    async def _find(self, asked: Asked) -> Near | None:
        text = f"{asked.text}\n{asked.more}"[:QUESTION_CHARACTERS_MAX]
        try:
            if self._index is None:
                self._index = self._index_of((await self._embedder.profile()).model_id)
            vector = (await self._embedder.embed([text], query=True))[0]
            return Near(vector, await self._index.candidates(vector, asked.scope, ARM_MAX + SPARE), self._index.model_id)
        except ForgecrewError as error:
            if str(error) != self._told:
                log.info("memory searches by words alone: %s", error)
                self._told = str(error)
            return None
