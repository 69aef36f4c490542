"""Whose texts a trusted run may recall: people who may write to the repository, as the forge says when asked now and then."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection

from forgecrew.core.errors import ForgecrewError
from forgecrew.store.database import Database
from forgecrew.store.queries import recall_facts

log = logging.getLogger(__name__)

FRESH_SECONDS = 600.0
WAIT_SECONDS = 0.2
AUTHORS_MAX = 40
Ask = Callable[[Collection[str]], Awaitable[set[str]]]
"""Those of some logins who may write."""


class Writers:
    """One per process. Who is asked for while the forge is slow gets the last answer, or nobody; the question goes on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, tuple[float, frozenset[str]]] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}

    async def of(self, repo: str, ask: Ask, but: Collection[str] = ()) -> frozenset[str]:
        """Logins in lower case, without `but` (the crew: what its own runs wrote has the label of the run)."""
        at, known = self._known.get(repo, (-FRESH_SECONDS, frozenset[str]()))
        if time.monotonic() - at < FRESH_SECONDS:
            return known
        if repo not in self._asking:
            self._asking[repo] = asyncio.create_task(self._ask(repo, ask, frozenset(but)))
        await asyncio.wait({self._asking[repo]}, timeout=WAIT_SECONDS)
        return self._known.get(repo, (at, known))[1]

    async def _ask(self, repo: str, ask: Ask, but: frozenset[str]) -> None:
        try:
            async with self._database.read() as connection:
                authors = await recall_facts.authors_in(connection, repo, limit=AUTHORS_MAX)
            found = await ask([name for name in authors if name not in but])
            self._known[repo] = (time.monotonic(), frozenset(name.lower() for name in found))
        except ForgecrewError as error:
            log.info("who may write to %s is not known now: %s", repo, error)
        finally:
            del self._asking[repo]
