"""Pages of memory in the process `serve`: read after pushes (`.forgecrew/memory/*.md`), retired when they expire."""

import asyncio
import logging
from collections.abc import Mapping

from forgecrew.core.errors import ForgecrewError, RefusedError, WorldError
from forgecrew.core.moment import utc_now
from forgecrew.core.subject import RepoRef
from forgecrew.kernel.page_taking import take_pages
from forgecrew.kernel.rounds import again_and_again
from forgecrew.memory.pages.page import EXTRACTOR
from forgecrew.ports.repositories import Repositories
from forgecrew.store.database import Database
from forgecrew.store.queries import cursors, events, page_texts

LOOK_SECONDS = 5.0
CURSOR = "pages"

log = logging.getLogger(__name__)


class PageReading:
    """One part of the process `serve`; `eyes` are accounts by login, the first one that may read a repository reads it."""

    def __init__(self, database: Database, eyes: Mapping[str, Repositories], *, source: str) -> None:
        self._database, self._eyes, self._source = database, eyes, source

    async def run(self, stopping: asyncio.Event) -> None:
        """Until the event is set; what does not answer is asked again."""
        await again_and_again(
            self.round, LOOK_SECONDS, stopping, so="pages of memory are not read yet", beside=(ForgecrewError,)
        )

    async def round(self) -> int:
        """Look at the repositories that were pushed to since the last time; gives how many pages are new."""
        async with self._database.read() as connection:
            after = await cursors.get(connection, CURSOR) or ""
            pushed = await events.pushed_since(connection, after)
        new = 0
        for repo, event_id in pushed:
            new += await self._repo(RepoRef.parse(repo))
            async with self._database.write() as connection:
                await cursors.set_value(connection, CURSOR, event_id)
        await self.retire()
        return new

    async def retire(self) -> None:
        """What has expired is not found as current; the lock of writers is taken only when there is something."""
        async with self._database.read() as connection:
            over = await page_texts.expired(connection, EXTRACTOR, now=utc_now())
        if over:
            async with self._database.write() as connection:
                await page_texts.retire(connection, over)

    async def _repo(self, ref: RepoRef) -> int:
        for eye in self._eyes.values():
            try:
                return await take_pages(self._database, ref, eye, source=self._source)
            except WorldError:
                raise
            except RefusedError:
                continue  # this account may not: the next one may
        return 0
