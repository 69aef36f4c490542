"""Embedding in the process `work`: texts that wait get their vectors, a few at a time, beside everything else."""

import asyncio
import logging
import time

from sqlalchemy.exc import DBAPIError

from forgecrew.core.errors import ConfigError, WorldError
from forgecrew.memory.vectors.fill import FillVectors
from forgecrew.ports.embedder import Embedder
from forgecrew.store.database import Database

log = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0
ABSENT_PAUSE_SECONDS = 300.0
IDLE_SECONDS = 60.0
"""A model that nobody needed for so long is let go, with its memory."""


class Embedding:
    """Runs in work; several may run at once. Without an embedder it says so once, and memory searches by words alone."""

    def __init__(self, database: Database, embedder: Embedder | None) -> None:
        self._embedder = embedder
        self._fill = None if embedder is None else FillVectors(database, embedder)
        self._told = ""
        self._used_at = time.monotonic()
        self._loaded = False

    async def run(self, stopping: asyncio.Event) -> None:
        """Embed what waits until stopping is set."""
        if self._fill is None:
            log.info('memory searches by words alone: memory.embedder is "none"')
            await stopping.wait()
            return
        while not stopping.is_set():
            pause = await self._look(self._fill)
            try:
                await asyncio.wait_for(stopping.wait(), pause)
            except TimeoutError:
                continue

    async def _look(self, fill: FillVectors) -> float:
        """One batch; gives how many seconds to rest after it, never less than the batch took."""
        began = time.monotonic()
        try:
            found = await fill.fill()
        except ConfigError as error:
            self._tell(f"memory searches by words alone: {error}")
            return ABSENT_PAUSE_SECONDS
        except (WorldError, DBAPIError, OSError) as error:
            self._tell(f"texts wait for their vectors: {error}")
            return PAUSE_SECONDS * 5
        self._told = ""
        now = time.monotonic()
        if found:
            self._used_at, self._loaded = now, True
            return min(now - began, PAUSE_SECONDS)
        if self._loaded and self._embedder is not None and now - self._used_at > IDLE_SECONDS:
            await self._embedder.close()
            self._loaded = False
        return PAUSE_SECONDS

    def _tell(self, problem: str) -> None:
        if problem != self._told:
            log.warning("%s", problem)
            self._told = problem
