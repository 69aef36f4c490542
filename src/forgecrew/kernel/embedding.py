"""Embedding in the process `work`: texts that wait get their vectors, a few at a time, beside everything else."""

import asyncio
import logging
import time

from sqlalchemy.exc import DBAPIError

from forgecrew.core.errors import ConfigError, WorldError
from forgecrew.core.rest import rest
from forgecrew.memory.vectors.fill import FillVectors
from forgecrew.memory.vectors.resting import Resting
from forgecrew.store.database import Database

log = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0
ABSENT_PAUSE_SECONDS = 300.0


class Embedding:
    """Runs in work; several may run at once. Without an embedder it says so once, and memory searches by words alone."""

    def __init__(self, database: Database, embedder: Resting | None) -> None:
        self._database, self._embedder = database, embedder
        self._told = ""

    async def run(self, stopping: asyncio.Event) -> None:
        """Embed what waits until stopping is set."""
        if self._embedder is None:
            log.info('memory searches by words alone: memory.embedder is "none"')
            await stopping.wait()
            return
        fill = FillVectors(self._database, self._embedder)
        while not stopping.is_set():
            pause = await self._look(fill)
            await self._embedder.rest()
            await rest(pause, stopping)

    async def _look(self, fill: FillVectors) -> float:
        """One batch; gives how many seconds to rest after it: as long as it took, so that runs come between."""
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
        return min(time.monotonic() - began, PAUSE_SECONDS) if found else PAUSE_SECONDS

    def _tell(self, problem: str) -> None:
        if problem != self._told:
            log.warning("%s", problem)
            self._told = problem
