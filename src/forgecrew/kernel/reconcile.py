"""Reconciling by polling: webhooks get lost, so every minute the forge is asked what should have been told."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from forgecrew.core.errors import ForgecrewError, RefusedError
from forgecrew.core.event import Event, EventKind
from forgecrew.core.moment import utc_now
from forgecrew.kernel.poll_account import OVERLAP, AccountPoll
from forgecrew.kernel.poll_memory import Memory
from forgecrew.kernel.rounds import again_and_again
from forgecrew.store.database import Database
from forgecrew.store.queries import cursors, events, task_lists

log = logging.getLogger(__name__)

WATCHED_FOR = timedelta(days=14)
"""How long an answer to a question is waited for by polling; a webhook may still bring it later."""

_SAID: tuple[EventKind, ...] = ("issue.commented", "pull.commented", "pull.reviewed")


class Reconciler:
    """Runs in serve, once at the start and then every `every_seconds`; `accept` is the inbox's."""

    def __init__(
        self, database: Database, accounts: Sequence[AccountPoll], accept: Callable[[Event], Awaitable[bool]], *,
        every_seconds: float = 60.0, now: Callable[[], datetime] = utc_now,
    ) -> None:  # fmt: skip
        self._database, self._accounts, self._accept, self._now = database, accounts, accept, now
        self._every = every_seconds
        self._problems: dict[str, str] = {}

    async def run(self, stopping: asyncio.Event) -> None:
        """Look until stopping is set; a forge that is down is never fatal."""
        await again_and_again(self.look, self._every, stopping)

    async def look(self) -> int:
        """Look once through the eyes of every account; gives how many events were new."""
        new = 0
        for account in self._accounts:
            try:
                new += await self._look_as(account)
            except (ForgecrewError, DBAPIError, OSError) as error:
                self._tell(account.account, str(error))
            else:
                self._tell(account.account, "")
        return new

    async def _look_as(self, account: AccountPoll) -> int:
        now = self._now()
        memory = await self._memory(account, now)
        new = await self._keep(await account.asked_of(now))
        new += await self._keep(await account.opened(memory, now))
        for subject in sorted(await account.subjects(memory), key=lambda subject: subject.key):
            async with self._database.read() as connection:
                memory.told[subject] = await events.of_subject(connection, subject, _SAID)
            try:
                new += await self._keep(await account.said(subject, memory, now))
            except RefusedError as error:  # deleted or hidden since: no reason not to look at the others
                log.debug("%s is left out: %s", subject.key, error)
        async with self._database.write() as connection:
            await cursors.set_value(connection, f"poll:{account.account}", now.isoformat())
            if memory.numbers:
                await cursors.set_value(connection, f"opened:{account.account}", memory.numbers_text())
        return new

    async def _memory(self, account: AccountPoll, now: datetime) -> Memory:
        async with self._database.read() as connection:
            last = await cursors.get(connection, f"poll:{account.account}")
            numbers = await cursors.get(connection, f"opened:{account.account}")
            watched = await task_lists.watched(connection, account.account, since=now - WATCHED_FOR)
        # What was said before the crew came here is no news.
        since = datetime.fromisoformat(last) - OVERLAP if last else now
        return Memory(since, watched, {}, json.loads(numbers) if numbers else {})

    async def _keep(self, found: Sequence[Event]) -> int:
        stored = [await self._accept(event) for event in found]
        return sum(stored)

    def _tell(self, account: str, problem: str) -> None:
        """Log a state only when it changes, not every minute."""
        before = self._problems.get(account, "")
        self._problems[account] = problem
        if problem and problem != before:
            log.warning("polling as %s does not work and is tried again: %s", account, problem)
        elif before and not problem:
            log.info("polling as %s works again", account)
