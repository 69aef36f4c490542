"""The rows of a matrix, read from the database when they are first needed, then kept up."""

import asyncio
import logging
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from forgecrew.memory.vectors.dimension import check_dimension
from forgecrew.memory.vectors.rows import Rows
from forgecrew.store.database import Database
from forgecrew.store.queries import vector_rows

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""New chunks and vectors are looked for when the last look is older."""
SWEEP_SECONDS = 300.0
"""So often all labels are read anew: rights that were widened, versions that came back."""
BATCH = 5_000
REST = 20
"""While very many chunks wait for vectors, asking for those that were made takes no more than this share of the time."""


class KeptUp:
    """Rows of one model; `folder` takes a file when there are very many."""

    def __init__(self, database: Database, model_id: str, folder: Path | None = None) -> None:
        self.model_id = model_id
        self._database, self._folder = database, folder
        self._rows: Rows | None = None
        self._waiting: set[int] = set()
        self._newest = self._counted = 0
        self._looked_at = self._swept_at = -SWEEP_SECONDS
        self._made_due = 0.0
        self._looking = asyncio.Lock()

    @property
    def held(self) -> bool:
        """Whether rows are in memory."""
        return self._rows is not None

    def let_go(self) -> None:
        """Give the memory back; they are read again when they are needed."""
        self._rows = None

    async def fresh(self, dimension: int) -> Rows:
        """The rows, as new as LOOK_SECONDS; whoever finds another one looking goes on with what is there."""
        rows, due = self._rows, time.monotonic() - self._looked_at > LOOK_SECONDS
        if rows is None or rows.dimension != dimension or (due and not self._looking.locked()):
            async with self._looking:
                rows = self._rows
                if rows is None or rows.dimension != dimension:
                    rows = await self._load(dimension)
                elif time.monotonic() - self._looked_at > LOOK_SECONDS:
                    await self._look(rows)
        return rows

    async def _load(self, dimension: int) -> Rows:
        await check_dimension(self._database, self.model_id, dimension)
        began, rows = time.monotonic(), Rows(dimension, self._folder)
        self._waiting, self._newest, self._counted = set(), 0, 0
        self._swept_at = began
        await self._look(rows)
        rows.settle()
        self._rows = rows
        log.info("%d vectors of %s are in memory after %.1f s", rows.count, self.model_id, time.monotonic() - began)
        return rows

    async def _look(self, rows: Rows) -> None:
        if time.monotonic() - self._swept_at > SWEEP_SECONDS:
            await self._sweep(rows)
        while True:
            async with self._database.read() as connection:
                found = await vector_rows.after(connection, self.model_id, rows.dimension, self._newest, limit=BATCH)
            self._waiting.update(row.id for row in found if row.v16 is None)
            await self._add(rows, (row for row in found if row.v16 is not None))
            if found:
                self._newest = found[-1].id
            if len(found) < BATCH:
                break
        if self._waiting and time.monotonic() > self._made_due:
            began = time.monotonic()
            await self._take_made(rows)
            self._made_due = time.monotonic() + REST * (time.monotonic() - began)
        self._looked_at = time.monotonic()

    async def _take_made(self, rows: Rows) -> None:
        """Rows of chunks that had no vector when they were met; nothing is asked while no vector was made."""
        async with self._database.read() as connection:
            counted = await vector_rows.count(connection, self.model_id)
            if counted == self._counted:
                return
            made = await vector_rows.made_for(connection, self.model_id, rows.dimension, sorted(self._waiting))
        self._counted = counted
        self._waiting -= {row.id for row in made}
        await self._add(rows, made)

    async def _sweep(self, rows: Rows) -> None:
        """Labels of all live chunks up to the newest that was met."""
        told: dict[int, tuple[str, str, int, str]] = {}
        after = 0
        while after < self._newest:
            async with self._database.read() as connection:
                found = await vector_rows.labels_after(connection, after, limit=BATCH)
            told |= {row.id: (row.repo, row.readers, row.integrity, row.author) for row in found if row.id <= self._newest}
            if len(found) < BATCH:
                break
            after = found[-1].id
        missing = await asyncio.to_thread(rows.relabel, told)
        self._waiting, self._counted = set(missing), -1
        self._swept_at = time.monotonic()

    async def _add(self, rows: Rows, found: Iterable[Any]) -> None:
        held = list(found)
        if held:
            labels = [(row.repo, row.readers, row.integrity, row.author) for row in held]
            await asyncio.to_thread(rows.add, [row.id for row in held], labels, [row.v16 for row in held])
