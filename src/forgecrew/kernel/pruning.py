"""Removing old versions of files, and bytes that nothing refers to, now and then."""

import logging
import time
from dataclasses import dataclass, field
from datetime import timedelta

from forgecrew.core.moment import utc_now
from forgecrew.store.database import Database
from forgecrew.store.queries import pruning

EVERY_SECONDS = 3600.0
AT_ONCE = 500
"""Versions that are removed in one transaction: others want to write too."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Pruning:
    """`days` is how long versions of ended tasks and loose bytes stay (0: for ever), `per_file` how many of one file do."""

    database: Database
    days: int
    per_file: int
    _next_at: float = field(default=0.0, init=False)

    async def round(self) -> None:
        """Prune, unless that was done within the hour."""
        if time.monotonic() < self._next_at:
            return
        self._next_at = time.monotonic() + EVERY_SECONDS
        versions, blobs = await self.prune()
        if versions or blobs:
            log.info("removed %s old versions of files and %s pieces of bytes that nothing refers to", versions, blobs)

    async def prune(self) -> tuple[int, int]:
        """How many versions and blobs were removed."""
        before = utc_now() - timedelta(days=self.days)
        removed = 0
        while True:
            async with self.database.write() as connection:
                ids = list(await pruning.surplus_versions(connection, per_file=self.per_file, limit=AT_ONCE))
                if self.days:
                    ids += await pruning.old_versions(connection, before=before, limit=AT_ONCE)
                ids = sorted(set(ids))[:AT_ONCE]
                await pruning.forget_versions(connection, ids)
            removed += len(ids)
            if len(ids) < AT_ONCE:
                break
        if not self.days:
            return removed, 0
        async with self.database.write() as connection:
            return removed, await pruning.forget_loose_blobs(connection, before=before)
