"""Wikis in the process `serve`: looked through now and then, and a page is read when its version is another one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from forgecrew.core.errors import ForgecrewError, NotFound, RefusedError, WorldError
from forgecrew.core.event import Event
from forgecrew.core.moment import utc_now
from forgecrew.core.repo import Repo
from forgecrew.kernel.rounds import again_and_again
from forgecrew.kernel.wiki_events import KnownWiki, WikiEvents
from forgecrew.ports.history import History
from forgecrew.store.database import Database
from forgecrew.store.queries import cursors, events

EVERY_SECONDS = 600.0
BETWEEN_SECONDS = 1.0
"""Between two repositories: a forge with hundreds of them is asked gently."""
PAGES_MAX = 500
READ_AT_ONCE = 20
"""Pages of one wiki that are read in one look; the others follow in the next ones."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WikiEye:
    """What one account sees: the repositories that it works on, and their wikis."""

    repos: Callable[[], Awaitable[Sequence[Repo]]]
    history: History


class WikiReading:
    """One part of the process `serve`; `only` limits it to some repositories (owner/name), all when empty."""

    def __init__(
        self, database: Database, eyes: Mapping[str, WikiEye], *, source: str, only: Sequence[str] = (),
        between_seconds: float = BETWEEN_SECONDS,
    ) -> None:  # fmt: skip
        self._database, self._eyes, self._source, self._only = database, eyes, source, frozenset(only)
        self._between = between_seconds

    async def run(self, stopping: asyncio.Event) -> None:
        """Look through all wikis now and then until the event is set; what does not answer is asked again."""
        await again_and_again(self.round, EVERY_SECONDS, stopping, so="wikis are not read yet", beside=(ForgecrewError,))

    async def round(self) -> int:
        """Each repository once, as the first account that works on it; gives how many pages changed."""
        seen: set[str] = set()
        changed = 0
        for eye in self._eyes.values():
            for repo in await eye.repos():
                name = str(repo.ref)
                if name in seen or (self._only and name not in self._only):
                    continue
                seen.add(name)
                try:
                    changed += await self._look(repo, eye.history)
                except WorldError:
                    raise
                except RefusedError as error:
                    log.info("the wiki of %s cannot be read: %s", name, error)
                await asyncio.sleep(self._between)
        return changed

    async def _look(self, repo: Repo, history: History) -> int:
        cursor = f"wiki:{repo.ref}"[:200]
        async with self._database.read() as connection:
            known = KnownWiki.read(await cursors.get(connection, cursor))
        heads = {head.title: head for head in (await history.wiki(repo.ref))[:PAGES_MAX]}
        make = WikiEvents(self._source, repo, utc_now())
        found: list[Event] = []
        for title in sorted(set(known.pages) - set(heads)):
            found += make.removed(known, title)
        new = [head for title, head in sorted(heads.items()) if known.version(title) != head.version]
        for head in new[:READ_AT_ONCE]:
            try:
                found += make.changed(known, head, await history.wiki_page(repo.ref, head))
            except NotFound:
                continue  # removed since the list was read: the next look tells
        if found:
            async with self._database.write() as connection:
                await events.insert(connection, found)
                await cursors.set_value(connection, cursor, known.written())
        return len(found)
