"""Executing one claimed intent: clean its texts, let its kind do it, record what came of it."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.errors import ConfigError, RefusedError, WorldError
from forgecrew.core.json import Json
from forgecrew.core.stored_intent import IntentState, StoredIntent
from forgecrew.kernel.effects.context import EffectContext, EffectKind
from forgecrew.kernel.effects.hands import Hands, Pace
from forgecrew.ports.clock import Clock
from forgecrew.store.database import Database
from forgecrew.store.queries import audit, executing

log = logging.getLogger(__name__)

FAULTS_MAX = 3
"""How often an intent is tried that meets a fault of ours."""

Kinds = Mapping[str, EffectKind]
"""What does each kind of intent, by the kind's name."""


class Executor:
    """Does intents that `name` has claimed."""

    def __init__(self, name: str, database: Database, kinds: Kinds, hands: Hands, clock: Clock, pace: Pace) -> None:
        self.name = name
        self._database, self._kinds, self._hands, self._clock, self._pace = database, kinds, hands, clock, pace

    async def execute(self, stored: StoredIntent) -> None:
        """Do one claimed intent and record its end."""
        try:
            async with asyncio.timeout(self._pace.effect_max):
                result = await self._do(stored)
        except RefusedError as error:
            await self._record(stored, IntentState.FAILED, problem=str(error))
        except (KeyError, TypeError, ValueError) as error:
            log.exception("the arguments of intent %s (%s) do not fit", stored.id, stored.intent.kind)
            problem = f"the arguments do not fit: {type(error).__name__}: {error}"
            await self._record(stored, IntentState.FAILED, problem=problem)
        except (WorldError, ConfigError, TimeoutError) as error:
            await self._again(stored, str(error) or "the forge took too long")
        except Exception as error:  # a fault of ours: it must neither be lost nor be tried for ever
            log.exception("intent %s (%s) met a fault", stored.id, stored.intent.kind)
            problem = f"{type(error).__name__}: {error}"
            if stored.attempts < FAULTS_MAX:
                await self._again(stored, problem)
            else:
                await self._record(stored, IntentState.FAILED, problem=problem)
        else:
            await self._record(stored, IntentState.DONE, result=result)

    async def _do(self, stored: StoredIntent) -> Json:
        intent = stored.intent
        kind = self._kinds.get(intent.kind)
        if kind is None:
            raise RefusedError(f"there is no effect of the kind {intent.kind!r}")
        forge, token = self._hands.forge(intent.agent), self._hands.token(intent.agent)
        context = EffectContext(stored, forge, self._hands.push, self._database, token, self._pace.settle)
        outgoing, asker = self._hands.outgoing, await context.asker()
        arguments = outgoing.arguments(intent.arguments, intent.label.integrity, may_call=(asker,) if asker else ())
        return await kind(context, arguments)

    async def _record(self, stored: StoredIntent, state: IntentState, *, result: Json | None = None, problem: str = "") -> None:
        intent = stored.intent
        details: Json = {"intent": stored.id, "hash": intent.hash, "kind": intent.kind, "run": intent.run_id}
        details |= {"result": result} if state is IntentState.DONE else {"problem": problem}
        if problem:
            log.warning("%s of %s on %s failed: %s", intent.kind, intent.agent, intent.subject.key, problem)

        async def keep(connection: AsyncConnection) -> None:
            if await executing.set_state(connection, stored.id, state, executor=self.name, result=result, problem=problem):
                await audit.append(connection, state.value, agent=intent.agent, subject_key=intent.subject.key, details=details)

        await self._surely(keep)

    async def _again(self, stored: StoredIntent, problem: str) -> None:
        pause = min(self._pace.retry_max, self._pace.grace * 2 ** (stored.attempts - 1)) * random.uniform(1.0, 1.3)  # noqa: S311
        log.info("%s on %s is tried again in %.0f s: %s", stored.intent.kind, stored.intent.subject.key, pause, problem)
        not_before = self._clock.now() + timedelta(seconds=pause)

        async def keep(connection: AsyncConnection) -> None:
            await executing.set_state(
                connection, stored.id, IntentState.ALLOWED, executor=self.name, problem=problem, not_before=not_before
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
                await self._clock.sleep(1.0)
