"""Keeping the copy of the graph in step while `serve` runs; memory works on without it."""

import asyncio
import logging
from contextlib import suppress

from sqlalchemy.exc import DBAPIError

from forgecrew.core.errors import WorldError
from forgecrew.memory.projection.project import BATCH, Projection
from forgecrew.ports.graph_sink import GraphSink
from forgecrew.store.database import Database

log = logging.getLogger(__name__)

PAUSE_SECONDS = 10.0
PAUSE_LOST_SECONDS = 60.0
"""A sink that does not answer is asked again after this."""


class Projecting:
    """Runs in serve when a graph sink is set."""

    def __init__(self, database: Database, sink: GraphSink, *, name: str, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._projection, self._sink, self._pause = Projection(database, sink, name=name), sink, pause_seconds

    async def run(self, stopping: asyncio.Event) -> None:
        """Write what changes until stopping is set. Raises ConfigError when the sink does not let us in."""
        try:
            while not stopping.is_set():
                pause = self._pause
                try:
                    pause = 0.0 if await self._projection.step() >= BATCH else pause
                except (WorldError, DBAPIError, OSError) as error:
                    log.warning("the copy of the graph waits: %s", error)
                    pause = PAUSE_LOST_SECONDS
                with suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), pause)
        finally:
            await self._sink.close()
