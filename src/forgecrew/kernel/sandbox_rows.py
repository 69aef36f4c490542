"""Rows of sandboxes kept in step with what is here: of dead workers taken over, of what is gone forgotten."""

import logging
from dataclasses import replace

from forgecrew.core.moment import utc_now
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_view import SandboxView
from forgecrew.kernel.fitted_backend import FittedBackend
from forgecrew.store.queries import sandboxes

log = logging.getLogger(__name__)


class SandboxRows:
    """Of one worker; `some_here` tells whether it had any when it looked last."""

    def __init__(self, backend: FittedBackend, worker_id: str) -> None:
        self._backend, self._worker_id = backend, worker_id
        self._board, self._database = backend.fitting.board, backend.database
        self.some_here = False

    async def remove_asked(self) -> None:
        """Remove what people want gone."""
        async with self._database.read() as connection:
            asked = await sandboxes.removal_asked(connection, self._worker_id)
        for id in asked:
            sandbox = await self._backend.attach(id)
            if sandbox is not None:
                await sandbox.destroy()
                log.info("removed the sandbox %s, as a person asked", id)
            self._board.drop(id)
            self._board.gone.add(id)

    async def tidy(self) -> None:
        """Take over the rows of dead workers whose sandboxes are here, forget the others, and show what has no row."""
        here = {spec.id: spec for spec in await self._backend.list()}
        self.some_here = bool(here)
        for id in [id for id in self._board.seen if id not in here]:
            self._board.drop(id)
        async with self._database.write() as connection:
            kind = f"{self._worker_id.partition('-')[0]}-"
            for view in await sandboxes.of_dead(connection, now=utc_now()):
                if not view.worker_id.startswith(kind):
                    continue  # those of the process that hosts apps lie elsewhere
                if view.id in here and view.id not in self._board.seen:
                    idle = replace(view, worker_id=self._worker_id, state="idle", cpu=None, memory_bytes=None, processes=None)
                    await sandboxes.show(connection, idle)
                elif view.id not in here:
                    await sandboxes.remove(connection, [view.id])
            mine = await sandboxes.ids_of(connection, self._worker_id)
            await sandboxes.remove(connection, [id for id in mine if id not in here])
            new = [SandboxView(id, spec.owner, self._worker_id, spec.profile.name, _bounds(spec)) for id, spec in here.items()]
            await sandboxes.adopt(connection, new)


def _bounds(spec: SandboxSpec) -> tuple[float, float, float, float]:
    profile = spec.profile
    return profile.memory_bytes, profile.cpu, profile.pids, profile.disk_bytes
