"""Reading documents that wait: one part of the process `work`, which has sandboxes; memory takes in what comes of it."""

import asyncio
import logging
from datetime import timedelta

from forgecrew.core.document import Document
from forgecrew.core.errors import RefusedError, WorldError
from forgecrew.core.moment import utc_now
from forgecrew.kernel.rounds import again_and_again
from forgecrew.memory.documents.citation import thread_key
from forgecrew.memory.documents.kinds import kind_of
from forgecrew.memory.documents.reading import PROFILE, Read, read
from forgecrew.memory.documents.telling import events_of
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.store.database import Database
from forgecrew.store.queries import document_reading, events

LOOK_SECONDS = 2.0
HELD = timedelta(seconds=PROFILE.wall_seconds * 3)
"""After that a document whose reader died is read by another one."""
AGAIN = timedelta(seconds=30)

log = logging.getLogger(__name__)


class DocumentReader:
    """Several workers may look; each document is read by one of them, one at a time."""

    def __init__(self, database: Database, sandboxes: SandboxBackend) -> None:
        self._database, self._sandboxes = database, sandboxes

    async def run(self, stopping: asyncio.Event) -> None:
        """Until the event is set."""
        await again_and_again(self.round, LOOK_SECONDS, stopping, so="documents are not read yet")

    async def round(self) -> bool:
        """Read the one that waits longest; False when none waits."""
        now = utc_now()
        async with self._database.write() as connection:
            taken = await document_reading.take(connection, now=now, until=now + HELD)
        if taken is None:
            return False
        document, content = taken
        try:
            kind = kind_of(document.name, content)
            found = await read(self._sandboxes, document.id, document.name, kind, content)
        except RefusedError as problem:
            log.info("a document of %s is not remembered: %s", document.repo, problem)
            async with self._database.write() as connection:
                await document_reading.settle(connection, document, "refused", now=utc_now(), problem=str(problem))
        except WorldError as problem:
            log.warning("%s of %s waits: %s", document.name, document.repo, problem)
            async with self._database.write() as connection:
                await document_reading.let_go(connection, document.id, until=utc_now() + AGAIN)
        else:
            await self._keep(document, found)
        return True

    async def _keep(self, document: Document, found: Read) -> None:
        """The events and what came of the document in one transaction."""
        async with self._database.write() as connection:
            mine = await document_reading.settle(
                connection, document, "kept", now=utc_now(), notes=found.notes, places=len(found.places)
            )
            if not mine:
                return
            await document_reading.replace_others(connection, document)
            live = await document_reading.live_places(connection, thread_key(document.repo, document.name))
            told = events_of(document, found, live)
            if told:
                await events.insert(connection, told)
        log.info("%s of %s is remembered: %s places", document.name, document.repo, len(found.places))
