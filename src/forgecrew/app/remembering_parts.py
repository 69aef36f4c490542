"""The parts of the process `serve` that fill memory: what happens, what is written elsewhere, the copy of the graph."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from forgecrew.app.connect_graph import projecting_of
from forgecrew.app.page_reading import Pages
from forgecrew.app.read_secrets import ReadSecrets
from forgecrew.app.settings import Settings
from forgecrew.app.until_stopped import Part
from forgecrew.kernel.inbox import Inbox
from forgecrew.kernel.remembering import Remembering
from forgecrew.store.database import Database


@asynccontextmanager
async def remembering_parts(
    settings: Settings, secrets: ReadSecrets, database: Database, inbox: Inbox, accounts: Sequence[str]
) -> AsyncGenerator[dict[str, Part]]:
    """By their names; connections of their own are given back at the end."""
    remembering = Remembering(database, accounts, inbox.also_arrived, accepted=lambda: inbox.accepted)
    projecting, pages = projecting_of(settings, database), Pages(settings, secrets, database)
    parts: dict[str, Part] = {
        "memory": remembering.run,
        "pages": pages.run,
        "attachments": pages.attachments,
        "wikis": pages.wikis,
    }
    if projecting:
        parts["copy of the graph"] = projecting.run
    try:
        yield parts
    finally:
        await pages.close()
