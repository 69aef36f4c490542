"""Fetching what people attached to issues and comments, in `serve`; workers read it later."""

import asyncio
import logging
import re
from collections.abc import Mapping
from typing import Any

from forgecrew.core.errors import ForgecrewError, LimitReached, RefusedError, WorldError
from forgecrew.core.label import Integrity
from forgecrew.core.moment import utc_now
from forgecrew.core.subject import RepoRef
from forgecrew.kernel.rounds import again_and_again
from forgecrew.memory.documents.sending import BYTES_MAX, Sent, send
from forgecrew.ports.attachments import Attachment, Attachments
from forgecrew.store.database import Database
from forgecrew.store.queries import chunks, cursors, documents

LOOK_SECONDS = 5.0
AT_ONCE = 20
CURSOR = "attachments"
_PLACE = re.compile(r"([^/#]+/[^/#]+)#(\d+)/(?:body|comment/(\d+))")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|bmp|ico|mp4|mov|webm|mp3|wav)$", re.I)

log = logging.getLogger(__name__)


class AttachmentReading:
    """`eyes` are accounts by login: the first one that may see a thread fetches its files. Each file is fetched once."""

    def __init__(self, database: Database, eyes: Mapping[str, Attachments]) -> None:
        self._database, self._eyes = database, eyes

    async def run(self, stopping: asyncio.Event) -> None:
        """Until the event is set; what does not answer is asked again."""
        await again_and_again(self._all, LOOK_SECONDS, stopping, so="attachments are not fetched yet", beside=(ForgecrewError,))

    async def _all(self) -> None:
        while await self.round():
            continue

    async def round(self) -> int:
        """Look at a few new texts with attachments; gives at how many."""
        async with self._database.read() as connection:
            after = int(await cursors.get(connection, CURSOR) or 0)
            newest = await chunks.newest(connection)
            if newest <= after:
                return 0
            found = await chunks.with_words(connection, "/attachments/", after=after, limit=AT_ONCE)
        for row in found:
            if place := _PLACE.fullmatch(row.source_key):
                await self._place(row, RepoRef.parse(place[1]), int(place[2]), int(place[3] or 0))
            await self._move(row.id)
        if len(found) < AT_ONCE:
            await self._move(newest)
        return len(found)

    async def _move(self, chunk_id: int) -> None:
        async with self._database.write() as connection:
            await cursors.set_value(connection, CURSOR, str(chunk_id))

    async def _place(self, row: Any, repo: RepoRef, number: int, comment_id: int) -> None:
        for eye in self._eyes.values():
            try:
                listed = await eye.of(repo, number, comment_id)
            except WorldError:
                raise
            except RefusedError:
                continue  # this account may not see it, or the forge has no attachments: the next one may
            for one in listed:
                await self._fetch(row, repo, eye, one)
            return

    async def _fetch(self, row: Any, repo: RepoRef, eye: Attachments, one: Attachment) -> None:
        async with self._database.read() as connection:
            known = await documents.has_source(connection, one.url)
        if known or _PICTURE.search(one.name):
            return
        try:
            content = await eye.content(one, bytes_max=BYTES_MAX)
            sent = Sent(row.author, row.readers, Integrity(row.integrity), one.url)
            async with self._database.write() as connection:
                await send(connection, str(repo), one.name, content, sent, now=utc_now())
        except WorldError:
            raise
        except (RefusedError, LimitReached) as problem:
            log.info("an attachment of %s is not remembered: %s", row.source_key, problem)
