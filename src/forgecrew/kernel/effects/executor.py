"""Executing one claimed intent: clean its texts, let its kind do it, record what came of it."""

import asyncio
import logging
from collections.abc import Mapping

from forgecrew.core.errors import ConfigError, RefusedError, WorldError
from forgecrew.core.json import Json
from forgecrew.core.stored_intent import IntentState, StoredIntent
from forgecrew.kernel.effects.context import EffectContext, EffectKind
from forgecrew.kernel.effects.ends import EffectEnds
from forgecrew.kernel.effects.hands import Hands, Pace
from forgecrew.store.database import Database

log = logging.getLogger(__name__)

FAULTS_MAX = 3
"""How often an intent is tried that meets a fault of ours."""

Kinds = Mapping[str, EffectKind]
"""What does each kind of intent, by the kind's name."""


class Executor:
    """Does intents that `name` has claimed."""

    def __init__(self, name: str, database: Database, kinds: Kinds, hands: Hands, pace: Pace) -> None:
        self.name = name
        self._database, self._kinds, self._hands, self._pace = database, kinds, hands, pace
        self._ends = EffectEnds(name, database, pace)

    async def execute(self, stored: StoredIntent) -> None:
        """Do one claimed intent and record its end."""
        try:
            async with asyncio.timeout(self._pace.effect_max):
                result = await self._do(stored)
        except RefusedError as error:
            await self._ends.record(stored, IntentState.FAILED, problem=str(error))
        except (KeyError, TypeError, ValueError) as error:
            log.exception("the arguments of intent %s (%s) do not fit", stored.id, stored.intent.kind)
            problem = f"the arguments do not fit: {type(error).__name__}: {error}"
            await self._ends.record(stored, IntentState.FAILED, problem=problem)
        except (WorldError, ConfigError, TimeoutError) as error:
            await self._ends.again(stored, str(error) or "the forge took too long")
        except Exception as error:  # a fault of ours: it must neither be lost nor be tried for ever
            log.exception("intent %s (%s) met a fault", stored.id, stored.intent.kind)
            problem = f"{type(error).__name__}: {error}"
            if stored.attempts < FAULTS_MAX:
                await self._ends.again(stored, problem)
            else:
                await self._ends.record(stored, IntentState.FAILED, problem=problem)
        else:
            await self._ends.record(stored, IntentState.DONE, result=result)

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
