"""What an effect may use: one agent's write connection, the intent, our own records."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from forgecrew.core.errors import NotFound
from forgecrew.core.intent import Intent
from forgecrew.core.json import Json
from forgecrew.core.stored_intent import StoredIntent
from forgecrew.core.subject import RepoRef
from forgecrew.ports.code_push import CodePush
from forgecrew.ports.forge import Forge
from forgecrew.store.database import Database
from forgecrew.store.queries import blobs, intents, tasks

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class EffectContext:
    """One execution of one intent; nothing here outlives it but the forge connection."""

    stored: StoredIntent
    forge: Forge
    push: CodePush
    database: Database
    token: str = field(repr=False)
    settle_seconds: float = 0.0

    @property
    def intent(self) -> Intent:
        """What was proposed."""
        return self.stored.intent

    @property
    def repo(self) -> RepoRef:
        """The repository that it is about."""
        return self.intent.subject.repo

    @property
    def number(self) -> int:
        """Number of the issue or pull request that it is about."""
        return self.intent.subject.number

    def is_me(self, login: str) -> bool:
        """Whether an account is the one that writes."""
        return login.lower() == self.intent.agent.lower()

    async def done_before(self, kind: str) -> list[StoredIntent]:
        """What this agent has done of a kind in this repository, oldest first."""
        async with self.database.read() as connection:
            return await intents.done_of(connection, agent=self.intent.agent, kind=kind, repo=self.repo)

    async def asker(self) -> str:
        """Who asked for the task, empty when it is not known."""
        async with self.database.read() as connection:
            task = await tasks.get(connection, self.intent.task_id) if self.intent.task_id else None
        return task.asked_by if task else ""

    async def newer(self) -> str | None:
        """Id of a later intent of the same kind and task."""
        async with self.database.read() as connection:
            return await intents.newer(connection, self.stored)

    async def look(self, find: Callable[[], Awaitable[Found | None]]) -> Found | None:
        """What is there already; after a try whose end nobody knows, a second look when the forge has had time for it."""
        found = await find()
        if found is None and self.stored.attempts > 1:
            await asyncio.sleep(self.settle_seconds)
            found = await find()
        return found

    async def read_bytes(self, sha256: str) -> bytes:
        """Bytes that a run left for this intent. Raises NotFound."""
        async with self.database.read() as connection:
            content = await blobs.read(connection, sha256)
        if content is None:
            raise NotFound(f"no bytes are stored under {sha256}")
        return content


EffectKind = Callable[[EffectContext, Json], Awaitable[Json]]
"""One kind of effect: looks whether it is there already, writes if not, gives the result.

Raises WorldError (tried again later) or RefusedError (failed for good).
"""
