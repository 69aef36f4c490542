"""Showing the sandboxes of this process to people: rows in the database, brought up to date while something happens."""

import asyncio
import logging
import time
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from forgecrew.core.errors import ForgecrewError
from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.core.sandbox_view import SandboxView
from forgecrew.kernel.fitted_backend import FittedBackend
from forgecrew.kernel.output_lines import Finds
from forgecrew.kernel.sandbox_board import Seen
from forgecrew.kernel.sandbox_rows import SandboxRows
from forgecrew.store.queries import sandboxes

TICK_SECONDS = 0.5
USE_SECONDS = 2.0
TIDY_SECONDS = 30.0
MEASURE_SHARE = 10
"""Measuring one sandbox takes at most one part in so many of the time."""

log = logging.getLogger(__name__)


class SandboxWatch:
    """One part of the process `work`, under the id of its worker; `finds` tells whether a text gives a secret away."""

    def __init__(self, backend: FittedBackend, worker_id: str, finds: Finds) -> None:
        self._backend, self._worker_id, self._finds = backend, worker_id, finds
        self._board, self._database = backend.fitting.board, backend.database
        self._measured: dict[str, tuple[float, float, float]] = {}
        self._counted: dict[str, int] = {}
        self._tidied = 0.0
        self._rows = SandboxRows(backend, worker_id)
        self._problem = ""

    async def run(self, stopping: asyncio.Event) -> None:
        """Until asked to stop; what does not work is told once and tried again."""
        while True:
            last = stopping.is_set()
            try:
                await self.tick()
                self._problem = ""
            except (ForgecrewError, SQLAlchemyError, OSError) as error:
                if str(error) != self._problem:
                    log.warning("what sandboxes do is not shown at the moment: %s", error)
                self._problem = str(error)
            if last:
                return
            try:
                await asyncio.wait_for(stopping.wait(), TICK_SECONDS)
            except TimeoutError:
                continue

    async def tick(self) -> None:
        """Write what has changed; remove what people want gone."""
        if time.monotonic() - self._tidied > TIDY_SECONDS:
            await self._rows.tidy()
            self._measured = {id: known for id, known in self._measured.items() if id in self._board.seen}
            self._counted = {id: known for id, known in self._counted.items() if id in self._board.seen}
            self._tidied = time.monotonic()
        due = [(id, seen) for id, seen in self._board.seen.items() if seen.state == "running" or self._behind(id, seen)]
        await asyncio.gather(*(self._measure(id, seen) for id, seen in due))
        views = [await self._view(seen) for seen in list(self._board.seen.values()) if seen.changed]
        gone = set(self._board.gone)
        if views or gone:
            async with self._database.write() as connection:
                for view in views:
                    await sandboxes.show(connection, view)
                await sandboxes.remove(connection, gone)
            self._board.gone -= gone
        await self._backend.fitting.history.flush()
        if self._board.seen or self._rows.some_here:  # an idle worker asks nothing
            await self._rows.remove_asked()

    async def _view(self, seen: Seen) -> SandboxView:
        seen.changed = False
        if seen.state != "running":
            known = seen.use
            seen.cpu = None
            seen.use = SandboxUse(disk_bytes=known.disk_bytes, bytes_in=known.bytes_in, bytes_out=known.bytes_out)
        if seen.output.unsettled:
            await asyncio.to_thread(seen.output.settle, self._finds, whole=seen.state != "running")
        view = seen.view(self._worker_id)
        return replace(view, command="(a command that held a secret)") if self._finds(view.command) else view

    def _behind(self, id: str, seen: Seen) -> bool:
        """Whether something passed its doors, perhaps, since it was measured last."""
        return bool(seen.sandbox.spec.doors) and self._counted.get(id, 0) != seen.commands

    async def _measure(self, id: str, seen: Seen) -> None:
        """What it uses now, every two seconds; the CPU from the difference to the last time."""
        now = time.monotonic()
        at, cpu_seconds, next_at = self._measured.get(id, (0.0, 0.0, 0.0))
        if now < next_at:
            return
        try:
            use = await seen.sandbox.use()
        except (ForgecrewError, OSError):
            return  # it ended meanwhile
        seen.use, seen.changed = use, True
        self._counted[id] = -1 if seen.state == "running" else seen.commands
        if use.cpu_seconds is not None:
            seen.cpu = max(0.0, use.cpu_seconds - cpu_seconds) / (now - at) if at and now - at < 5 * USE_SECONDS else None
        took = time.monotonic() - now
        self._measured[id] = (now, use.cpu_seconds or 0.0, now + max(USE_SECONDS, MEASURE_SHARE * took))
