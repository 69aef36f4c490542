"""Showing the sandboxes of this process to people: rows in the database, brought up to date while something happens."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from forgecrew.core.errors import ForgecrewError
from forgecrew.core.sandbox_view import SandboxView
from forgecrew.kernel.fitted_backend import FittedBackend
from forgecrew.kernel.rounds import again_and_again
from forgecrew.kernel.sandbox_board import Seen
from forgecrew.kernel.sandbox_measuring import USE_SECONDS, SandboxMeasuring
from forgecrew.kernel.sandbox_rows import SandboxRows
from forgecrew.store.queries import sandboxes

TICK_SECONDS = 0.5
TIDY_SECONDS = 30.0

log = logging.getLogger(__name__)


class SandboxWatch:
    """One part of the process `work`, under the id of its worker; `finds` tells whether a text gives a secret away."""

    def __init__(
        self, backend: FittedBackend, worker_id: str, finds: Callable[[str], object], *, use_seconds: float = USE_SECONDS
    ) -> None:
        self._backend, self._worker_id, self._finds = backend, worker_id, finds
        self._board, self._database = backend.fitting.board, backend.database
        self._measuring, self._rows = SandboxMeasuring(use_seconds), SandboxRows(backend, worker_id)
        self._tidied = 0.0

    async def run(self, stopping: asyncio.Event) -> None:
        """Until asked to stop; what does not work is told once and tried again."""
        so = "what sandboxes do is not shown at the moment"
        await again_and_again(self.tick, TICK_SECONDS, stopping, so=so, beside=(ForgecrewError,))
        try:
            await self.tick()  # once more: what happened while they were being stopped
        except (ForgecrewError, SQLAlchemyError, OSError) as error:
            log.warning("%s: %s", so, error)

    async def tick(self) -> None:
        """Write what has changed; remove what people want gone."""
        if time.monotonic() - self._tidied > TIDY_SECONDS:
            await self._rows.tidy()
            self._measuring.forget_all_but(self._board.seen)
            self._tidied = time.monotonic()
        await self._measuring.round(self._board.seen)
        changed = [seen for seen in self._board.seen.values() if seen.changed]
        try:
            views, gone = [await self._view(seen) for seen in changed], set(self._board.gone)
            if views or gone:
                async with self._database.write() as connection:
                    for view in views:
                        await sandboxes.show(connection, view)
                    await sandboxes.remove(connection, gone)
                self._board.gone -= gone
        except BaseException:  # the next tick tells it
            for seen in changed:
                seen.changed = True
            raise
        await self._backend.fitting.history.flush()
        if self._board.seen or self._rows.some_here:  # an idle worker asks nothing
            await self._rows.remove_asked()

    async def _view(self, seen: Seen) -> SandboxView:
        seen.changed = False
        if seen.state != "running":
            seen.keep_what_stays()
        if seen.output.unsettled:
            await asyncio.to_thread(seen.output.keep, self._finds, *seen.output.taken(whole=seen.state != "running"))
        view = seen.view(self._worker_id)
        return replace(view, command="(a command that held a secret)") if self._finds(view.command) else view
