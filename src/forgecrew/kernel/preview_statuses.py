"""Proposing that the forge be told how previews are: by whoever offered them, with the label that was allowed then.

A part of the process `effects`: the process that hosts apps proposes no writes.
"""

import asyncio
import logging
from dataclasses import replace

from forgecrew.core.app import App
from forgecrew.core.json import Json, digest
from forgecrew.core.stored_intent import StoredIntent
from forgecrew.kernel.effects.preview_status import status_of
from forgecrew.kernel.outbox import store
from forgecrew.kernel.rounds import again_and_again
from forgecrew.store.database import Database
from forgecrew.store.queries import apps, intents

LOOK_SECONDS, ANYWAY_SECONDS = 0.5, 30.0
APPS_MAX = 200

log = logging.getLogger(__name__)


class PreviewStatuses:
    """Told once per state and start; what was told stands in the intents, so that a new process says nothing twice."""

    def __init__(self, database: Database) -> None:
        self._database, self._changes = database, database.changes(anyway_seconds=ANYWAY_SECONDS)
        self._told: dict[str, str] = {}

    async def run(self, stopping: asyncio.Event) -> None:
        """Until the event is set."""
        await again_and_again(self._look_if_changed, LOOK_SECONDS, stopping, so="previews are not told at the moment")

    async def _look_if_changed(self) -> None:
        if self._changes.any():
            await self.look()

    async def look(self) -> None:
        """Look once."""
        async with self._database.read() as connection:
            found = [app for app in await apps.recent(connection, limit=APPS_MAX) if app.task_id]
            new = [app for app in found if self._told.get(app.id) != _key(app)]
            offers = {app.id: await intents.done_of_task(connection, "offer_preview", app.task_id) for app in new}
        for app in new:
            await self._propose(app, offers[app.id])
            self._told[app.id] = _key(app)

    async def _propose(self, app: App, offered: list[StoredIntent]) -> None:
        """About the newest commit that this app was offered for."""
        mine = [one for one in offered if (one.result or {}).get("id") == app.id and "head_sha" in one.intent.arguments]
        if not mine:
            return
        offer = mine[-1].intent
        head_sha, open_url = offer.arguments["head_sha"], f"{offer.arguments['url']}/apps/{app.id}/open"
        arguments: Json = {"app_id": app.id, "head_sha": head_sha, "open_url": open_url}
        key = f"preview_status:{app.id}:{head_sha}:{_key(app)}"
        intent = replace(offer, kind="preview_status", key=key, arguments=arguments, rationale="how the preview is")
        async with self._database.write() as connection:
            await store(connection, intent)


def _key(app: App) -> str:
    """Another one whenever something else is to be said, or the same again after a new start."""
    said = status_of(app, "")
    return digest([app.version, said.state, said.description, app.ready_at.isoformat() if app.ready_at else ""])[:24]
