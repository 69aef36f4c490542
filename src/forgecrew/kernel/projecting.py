"""Keeping the copy of the graph in step while `serve` runs; memory works on without it."""

import asyncio

from forgecrew.core.errors import WorldError
from forgecrew.kernel.rounds import again_and_again
from forgecrew.memory.projection.project import BATCH, Projection
from forgecrew.ports.graph_sink import GraphSink
from forgecrew.store.database import Database

PAUSE_SECONDS = 10.0
PAUSE_LOST_SECONDS = 60.0
"""A sink that does not answer is asked again after this."""


class Projecting:
    """Runs in serve when a graph sink is set."""

    def __init__(self, database: Database, sink: GraphSink, *, name: str) -> None:
        self._projection, self._sink = Projection(database, sink, name=name), sink

    async def run(self, stopping: asyncio.Event) -> None:
        """Write what changes until stopping is set. Raises ConfigError when the sink does not let us in."""
        try:
            await again_and_again(
                self._step, PAUSE_SECONDS, stopping, so="the copy of the graph waits", beside=(WorldError,),
                trouble_seconds=PAUSE_LOST_SECONDS,
            )  # fmt: skip
        finally:
            await self._sink.close()

    async def _step(self) -> bool:
        return await self._projection.step() >= BATCH
