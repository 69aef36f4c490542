"""Which search by meaning a database gets: pgvector where it is, else a matrix in this process."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from forgecrew.core.scope import Scope
from forgecrew.memory.vectors.index import VectorIndex
from forgecrew.memory.vectors.matrix import MatrixIndex
from forgecrew.memory.vectors.near import NearIndex
from forgecrew.ports.embedder import Vectors
from forgecrew.store.database import Database
from forgecrew.store.queries import near_vectors

log = logging.getLogger(__name__)

WITHOUT = (
    "PostgreSQL has no pgvector here (%s): this process compares the vectors itself, which gives the same and takes memory in "
    "each worker. Nothing is lost; to let the database do it, install pgvector on its server and run, as its administrator: "
    "CREATE EXTENSION vector"
)


class ChosenIndex:
    """See index.py; the choice is made with the first search, so that a process that never searches holds nothing."""

    def __init__(self, database: Database, model_id: str, folder: Path | None = None) -> None:
        self.model_id = model_id
        self._database, self._folder = database, folder
        self._index: VectorIndex | None = None
        self._choosing = asyncio.Lock()

    async def search(self, query_vector: Vectors, scope: Scope, limit: int) -> list[tuple[int, float]]:
        """As the chosen one does."""
        return await (await self._chosen()).search(query_vector, scope, limit)

    async def candidates(self, query_vector: Vectors, scope: Scope, limit: int) -> Sequence[int]:
        """As the chosen one does."""
        return await (await self._chosen()).candidates(query_vector, scope, limit)

    async def _chosen(self) -> VectorIndex:
        async with self._choosing:
            index = self._index = self._index or await self._choose()
        return index

    async def _choose(self) -> VectorIndex:
        if self._database.sqlite:
            return MatrixIndex(self._database, self.model_id, self._folder)
        why = "the extension is not installed"
        async with self._database.read() as connection:
            version = await near_vectors.extension(connection)
            could = not version and await near_vectors.available(connection)
        if could:
            try:
                async with self._database.write() as connection:
                    await near_vectors.create_extension(connection)
                    version = await near_vectors.extension(connection)
            except DBAPIError as error:
                why = str(error.orig).strip().splitlines()[0].split(">: ")[-1]
        if version:
            log.info("PostgreSQL compares vectors with pgvector %s", version)
            return NearIndex(self._database, self.model_id)
        log.warning(WITHOUT, why)
        return MatrixIndex(self._database, self.model_id, self._folder)
