"""The worker of `forgecrew work`: claims tasks while there is room, takes over what dead workers left, drains when asked."""

import asyncio
import logging
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from forgecrew.kernel.journal_engine import JournalEngine
from forgecrew.kernel.lease import Lease
from forgecrew.kernel.performing import Performer
from forgecrew.kernel.queue import TaskQueue
from forgecrew.kernel.reaper import Reaper
from forgecrew.kernel.rounds import again_and_again

CLAIM_SECONDS = 0.25
REAP_SECONDS = 1.0
WATCH_SECONDS = 0.5
LEAVE_SECONDS = 1.5
"""How long runs may take to let go when the worker drains."""

log = logging.getLogger(__name__)


class Worker:
    """One per process. `slots` runs go on at the same time."""

    def __init__(
        self, engine: JournalEngine, lease: Lease, queue: TaskQueue, performer: Performer, reaper: Reaper, *,
        slots: int, beat_seconds: float,
    ) -> None:  # fmt: skip
        self.worker_id = engine.worker_id
        self.alive = asyncio.Event()
        self._engine, self._lease, self._queue = engine, lease, queue
        self._performer, self._reaper = performer, reaper
        self._slots, self._beat_seconds = slots, beat_seconds

    def now(self) -> datetime:
        """The present moment by the clock of the leases."""
        return self._lease.now()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until the event is set, then leave what goes on to others within a few seconds. Raises ConfigError at start."""
        await self._engine.launch(self._performer.perform)
        try:
            await self._lease.join()
            self.alive.set()
            log.info("worker %s has room for %s runs", self.worker_id, self._slots)
            parts = ((self._beat, self._beat_seconds), (self._reap, REAP_SECONDS), (self._watch, WATCH_SECONDS),
                     (self._claim, CLAIM_SECONDS))  # fmt: skip
            async with asyncio.TaskGroup() as group:
                for part, seconds in parts:
                    group.create_task(again_and_again(part, seconds, stopping), name=part.__name__)
        finally:
            await self._drain()

    async def _beat(self) -> None:
        if await self._lease.beat():
            return
        log.warning("the worker %s was held for dead: it leaves its runs and begins anew", self.worker_id)
        await self._performer.leave_all(timeout_seconds=LEAVE_SECONDS)
        await self._engine.remember_worker()
        await self._lease.join()

    async def _reap(self) -> None:
        await self._reaper.rescue()
        await self._reaper.round(self._room())

    async def _watch(self) -> None:
        if self._performer.active:
            for run_id, reason in (await self._queue.stops()).items():
                if run_id in self._performer.active:
                    self._performer.active[run_id].stop(reason)

    async def _claim(self) -> None:
        if self._room() < 1 or not self._queue.news():
            return
        while self._room() > 0:
            claimed = await self._queue.claim(now=self._lease.now())
            if claimed is None:
                return
            self._performer.expect(claimed.run_id)
            await self._engine.start(claimed.run_id)

    def _room(self) -> int:
        return self._slots - len(self._performer.held)

    async def _drain(self) -> None:
        self._performer.draining = True
        held = self._performer.held
        try:
            await self._performer.leave_all(timeout_seconds=LEAVE_SECONDS)
            await self._queue.leave(held)
            await self._engine.forget_worker(self.worker_id)
            await self._lease.goodbye()
            log.info(
                "worker %s leaves %s",
                self.worker_id,
                f"{len(held)} run{'s' if len(held) > 1 else ''} to others" if held else "nothing behind",
            )
        except (SQLAlchemyError, OSError) as error:
            log.warning("the database does not answer, others notice by the lease: %s", error)
        finally:
            await self._engine.close()
