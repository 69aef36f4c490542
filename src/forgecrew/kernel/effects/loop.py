"""The effects loop: takes allowed intents, has each executed by its kind, and records what came of it."""

import asyncio
import itertools
import logging
import secrets
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from forgecrew.core.errors import WorldError
from forgecrew.core.rest import rest
from forgecrew.core.stored_intent import StoredIntent
from forgecrew.kernel.effects.executor import Executor, Kinds
from forgecrew.kernel.effects.hands import Hands, Pace
from forgecrew.kernel.lease import Lease, new_worker_id
from forgecrew.kernel.rounds import again_and_again
from forgecrew.store.database import Database
from forgecrew.store.queries import executing

EXPIRE_TURNS = 30
"""What waits for a day may wait for half a minute more."""
log = logging.getLogger(__name__)


class Effects:
    """The only holder of write tokens. Several may run at once, on one machine or on many."""

    def __init__(self, database: Database, kinds: Kinds, hands: Hands, *, pace: Pace | None = None) -> None:
        self._database, self._hands, self._pace = database, hands, pace or Pace()
        self.name = new_worker_id(f"effects-{secrets.token_hex(3)}")
        self._lease = Lease(database, self.name, kind="effects", lease_seconds=self._pace.lease)
        self._changes, self._turns = database.changes(), itertools.count()
        self._executor = Executor(self.name, database, kinds, hands, self._pace)

    async def run(self, stopping: asyncio.Event) -> None:
        """Execute until stopping is set; what is under way is finished first."""
        await self._lease.join()
        ended = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as parts:
                parts.create_task(again_and_again(self._beat, self._pace.beat, ended), name="effects heartbeat")
                parts.create_task(again_and_again(self._clean_up, self._pace.beat / 2, ended), name="effects recovery")
                try:
                    await self._take(stopping)
                finally:
                    ended.set()
        finally:
            await self._hands.close()
            await self._lease.goodbye()

    async def _take(self, stopping: asyncio.Event) -> None:
        running: set[asyncio.Task[None]] = set()
        more = True
        try:
            while not stopping.is_set():
                claimed = None
                if len(running) < self._pace.parallel and (more or self._changes.any()):
                    try:
                        claimed = await self._claim()
                    except (DBAPIError, OSError) as error:
                        log.warning("the database does not answer, effects wait: %s", error)
                more = claimed is not None
                if claimed is None:
                    await rest(self._pace.poll, stopping)
                    continue
                task = asyncio.create_task(self._executor.execute(claimed), name=f"effect {claimed.id}")
                running.add(task)
                task.add_done_callback(running.discard)
        finally:
            await asyncio.gather(*running, return_exceptions=True)

    async def _claim(self) -> StoredIntent | None:
        now = self._lease.now()
        async with self._database.read() as connection:
            if not await executing.ready(connection, now=now):
                return None
        async with self._database.write() as connection:
            return await executing.next_allowed(connection, self.name, now=now)

    async def _beat(self) -> None:
        if not await self._lease.beat():
            raise WorldError("this effects process was declared dead, perhaps because it stood still: start it again")

    async def _clean_up(self) -> None:
        turn = next(self._turns)
        for name in await self._lease.bury():
            log.warning("%s has died", name)
        await self._recover(self._lease.now(), expire=turn % EXPIRE_TURNS == 0)

    async def _recover(self, now: datetime, *, expire: bool) -> None:
        """An idle process reads only: every write makes others look."""
        async with self._database.read() as connection:
            left = await executing.any_left(connection, now=now)
        if not left and not expire:
            return
        async with self._database.write() as connection:
            for intent_id in await executing.recover(connection, now=now, grace_seconds=self._pace.grace):
                log.warning("intent %s was under way when its process died; it is looked at again", intent_id)
            await executing.expire(connection, before=now - timedelta(seconds=self._pace.expire_after))
