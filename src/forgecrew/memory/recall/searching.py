"""From a question to all that is read of what may answer it: words in a thread of the database, meaning beside them."""

from collections.abc import Callable
from dataclasses import replace

from forgecrew.core.scope import Scope
from forgecrew.memory.recall.asked import Asked
from forgecrew.memory.recall.looking import look, look_near
from forgecrew.memory.recall.meaning import Meaning
from forgecrew.memory.recall.near import Near
from forgecrew.memory.recall.seen import Seen
from forgecrew.memory.term_counts import TermCounts
from forgecrew.memory.vectors.index import VectorIndex
from forgecrew.ports.embedder import Embedder
from forgecrew.store.database import Database


class Searching:
    """One per process. `index_of` makes the search for a model's vectors; without an embedder words alone are searched."""

    def __init__(
        self, database: Database, embedder: Embedder | None, index_of: Callable[[str], VectorIndex] | None, *,
        embed_seconds: float,
    ) -> None:  # fmt: skip
        self._database, self._counts = database, TermCounts()
        self._meaning = Meaning(embedder, index_of, seconds_max=embed_seconds) if embedder and index_of else None

    async def search(self, asked: Asked) -> tuple[Asked, Seen]:
        """The question with its vector, if it came in time, and what was read."""
        going = self._meaning.begin(asked) if self._meaning else None
        model_id = self._meaning.model_id if self._meaning and going else ""
        seen = await self._database.read_at_once(lambda connection: look(connection, asked, self._counts, model_id))
        near = await self._meaning.end(going) if self._meaning else None
        if near is None:
            return asked, seen
        asked = replace(asked, vector=near.vector)
        return asked, await self._beside(seen, asked, near)

    def begin(self) -> None:
        """Let a model and its vectors be loaded beside whatever goes on."""
        if self._meaning:
            self._meaning.begin(Asked("ready", Scope()))

    async def _beside(self, seen: Seen, asked: Asked, near: Near) -> Seen:
        return await self._database.read_at_once(lambda connection: look_near(connection, asked, seen, near))

    async def close(self) -> None:
        """Give up a question that is still on its way to the embedder."""
        if self._meaning:
            await self._meaning.close()
