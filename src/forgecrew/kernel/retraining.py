"""Retraining recall in idle time: now and then, when enough was recalled since the last time; see memory/recall/retrain.py."""

import asyncio
import logging

from forgecrew.core.rest import rest
from forgecrew.kernel.rounds import again_and_again
from forgecrew.store.database import Database
from forgecrew.store.queries import cursors, recall_log

log = logging.getLogger(__name__)

LOOK_SECONDS = 3600.0
NEW_MIN = 200
"""Recalls since the last time."""
DONE = "memory:retrained"


class Retraining:
    """Runs in work. `forgecrew memory retrain --undo` takes back what it learned."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self, stopping: asyncio.Event) -> None:
        """Look once an hour until stopping is set; never at the start, when there is other work."""
        await rest(LOOK_SECONDS, stopping)
        await again_and_again(self.look, LOOK_SECONDS, stopping, so="recall could not learn, it tries again later")

    async def look(self) -> list[str]:
        """Learn when there is enough that is new; gives the corpus kinds whose weights changed."""
        async with self._database.read() as connection:
            newest, done = await recall_log.newest_id(connection), int(await cursors.get(connection, DONE) or 0)
        if newest - done < NEW_MIN:
            return []
        # Numpy comes with it, and a process that learns nothing does without.
        from forgecrew.memory.recall.retrain import retrain

        changed = [one.kind for one in await retrain(self._database) if one.weights]
        async with self._database.write() as connection:
            await cursors.set_value(connection, DONE, str(newest))
        if changed:
            log.info("recall has learned from what was cited: %s", ", ".join(changed))
        return changed
