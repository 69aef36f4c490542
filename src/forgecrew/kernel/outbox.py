"""The outbox: intents are judged when they are stored, and a run waits here for what the effects process makes of them."""

import asyncio
import time

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.errors import NotFound, RefusedError, WorldError
from forgecrew.core.intent import Intent
from forgecrew.core.json import Json
from forgecrew.core.stored_intent import IntentState, StoredIntent
from forgecrew.guard.policy import Verdict, class_of, decide
from forgecrew.store.database import Database
from forgecrew.store.queries import audit, blobs, intents

_STATES = {Verdict.ALLOW: IntentState.ALLOWED, Verdict.ASK: IntentState.WAITING, Verdict.DENY: IntentState.DENIED}
ENDORSE = "Whoever may write to the repository can give it by assigning me"
PAUSES_SECONDS = (0.02, 0.05, 0.1, 0.1, 0.2)
"""Pauses between looks at an intent; the last one stays."""


async def store(connection: AsyncConnection, intent: Intent) -> str:
    """Judge an intent and store it under its key; gives its id, that of the first one when the key is known."""
    reach = class_of(intent.kind, intent.arguments, intent.action_class)
    decision = decide(intent.label, f"repo:{intent.subject.repo}", reach, intent.kind)
    allowed = decision.verdict is Verdict.ALLOW
    intent_id, new = await intents.propose(
        connection, intent, state=_STATES[decision.verdict], action_class=reach, problem="" if allowed else decision.reason
    )
    if new and not allowed:
        details = {"intent": intent_id, "hash": intent.hash, "kind": intent.kind, "reason": decision.reason}
        await audit.append(
            connection, decision.verdict.value, agent=intent.agent, subject_key=intent.subject.key, details=details
        )
    return intent_id


class StoredOutbox:
    """Implements ports.outbox.Outbox on our database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def propose(self, intent: Intent) -> str:
        """Judge and store; the same key again gives the id of the first."""
        async with self._database.write() as connection:
            return await store(connection, intent)

    async def outcome(self, intent_id: str, *, timeout_seconds: float) -> Json:
        """The result of the effect; RefusedError when it was denied or failed for good, WorldError when it takes too long."""
        deadline = time.monotonic() + timeout_seconds
        look = 0
        while True:
            stored = await self._get(intent_id)
            if stored.state is IntentState.DONE:
                return stored.result or {}
            if stored.state is IntentState.FAILED:
                raise RefusedError(f"{stored.intent.kind} as {stored.intent.agent} failed: {stored.problem}")
            if stored.state in (IntentState.DENIED, IntentState.EXPIRED):
                raise RefusedError(f"{stored.intent.kind} was {stored.state.value}: {stored.problem}")
            if stored.state is IntentState.WAITING:  # no door lets a person say yes yet: who waits only holds up others
                raise RefusedError(f"{stored.intent.kind} needs a person's yes: {stored.problem}. {ENDORSE}")
            if time.monotonic() >= deadline:
                raise WorldError(_why_not_yet(stored, timeout_seconds))
            await asyncio.sleep(PAUSES_SECONDS[min(look, len(PAUSES_SECONDS) - 1)])
            look += 1

    async def keep_bytes(self, content: bytes) -> str:
        """Store bytes; gives their SHA-256 in hex."""
        async with self._database.write() as connection:
            return await blobs.keep(connection, content)

    async def read_bytes(self, sha256: str) -> bytes:
        """What keep_bytes stored. Raises NotFound."""
        async with self._database.read() as connection:
            content = await blobs.read(connection, sha256)
        if content is None:
            raise NotFound(f"no bytes are stored under {sha256}")
        return content

    async def _get(self, intent_id: str) -> StoredIntent:
        async with self._database.read() as connection:
            stored = await intents.get(connection, intent_id)
        if stored is None:
            raise NotFound(f"there is no intent {intent_id}")
        return stored


def _why_not_yet(stored: StoredIntent, timeout_seconds: float) -> str:
    told = f"{stored.intent.kind} is not done after {timeout_seconds:.0f} s"
    if stored.problem:
        return f"{told}: {stored.problem}"
    return f"{told}: is the process `forgecrew effects` running?" if stored.state is IntentState.ALLOWED else told
