"""What came of an intent that was claimed: done, failed, or tried again; written down whatever happens to the database."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.json import Json
from forgecrew.core.moment import utc_now
from forgecrew.core.stored_intent import IntentState, StoredIntent
from forgecrew.kernel.effects.hands import Pace
from forgecrew.store.database import Database
from forgecrew.store.queries import audit, executing

log = logging.getLogger(__name__)


class EffectEnds:
    """Of intents that the executor `name` has claimed."""

    def __init__(self, name: str, database: Database, pace: Pace) -> None:
        self._name, self._database, self._pace = name, database, pace

    async def record(self, stored: StoredIntent, state: IntentState, *, result: Json | None = None, problem: str = "") -> None:
        """It is over, done or failed."""
        intent = stored.intent
        details: Json = {"intent": stored.id, "hash": intent.hash, "kind": intent.kind, "run": intent.run_id}
        details |= {"result": result} if state is IntentState.DONE else {"problem": problem}
        if problem:
            log.warning("%s of %s on %s failed: %s", intent.kind, intent.agent, intent.subject.key, problem)

        async def keep(connection: AsyncConnection) -> None:
            if await executing.set_state(connection, stored.id, state, executor=self._name, result=result, problem=problem):
                await audit.append(connection, state.value, agent=intent.agent, subject_key=intent.subject.key, details=details)

        await self._surely(keep)

    async def again(self, stored: StoredIntent, problem: str) -> None:
        """It is tried again after a pause that grows with every time."""
        pause = min(self._pace.retry_max, self._pace.grace * 2 ** (stored.attempts - 1)) * random.uniform(1.0, 1.3)  # noqa: S311
        log.info("%s on %s is tried again in %.0f s: %s", stored.intent.kind, stored.intent.subject.key, pause, problem)
        not_before = utc_now() + timedelta(seconds=pause)

        async def keep(connection: AsyncConnection) -> None:
            await executing.set_state(
                connection, stored.id, IntentState.ALLOWED, executor=self._name, problem=problem, not_before=not_before
            )

        await self._surely(keep)

    async def _surely(self, keep: Callable[[AsyncConnection], Awaitable[None]]) -> None:
        """Record what came of an effect, however long the database does not answer: nobody else would."""
        while True:
            try:
                async with self._database.write() as connection:
                    await keep(connection)
                    return
            except (DBAPIError, OSError) as error:
                log.warning("the database does not answer, the end of an effect waits: %s", error)
                await asyncio.sleep(1.0)
