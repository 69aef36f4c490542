"""Earlier issues of a run's own repository that are likely about the same thing as the one that it reads."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from forgecrew.core.moment import utc_now
from forgecrew.memory.recall.for_run import TaskRecall
from forgecrew.ports.earlier_threads import Earlier
from forgecrew.store.queries.openings import Opening

log = logging.getLogger(__name__)

SECONDS_MAX = 5.0
LIMIT = 2


@dataclass(frozen=True, slots=True)
class LikelyEarlier:
    """Implements ports.earlier_threads.EarlierThreads. The new issue is given: memory may not have taken it in yet."""

    recall: TaskRecall
    seconds_max: float = SECONDS_MAX

    async def likely(self, number: int, title: str, body: str) -> Sequence[Earlier]:
        """At most two."""
        try:
            async with asyncio.timeout(self.seconds_max):
                return await self._likely(number, title, body)
        except TimeoutError:
            log.info("earlier issues for run %s took longer than %.0f s: none are told", self.recall.run_id, self.seconds_max)
        except Exception:  # whatever is wrong with memory, the issue is triaged without
            log.exception("earlier issues for run %s are not found", self.recall.run_id)
        return []

    async def _likely(self, number: int, title: str, body: str) -> list[Earlier]:
        from forgecrew.memory.similar.compare import compared  # numpy comes with it: not before it is needed
        from forgecrew.memory.similar.pool import pool_of, vectors_of

        task = self.recall.task
        repo = str(task.subject.repo)
        label = task.label
        about = Opening(
            0, f"{repo}#{number}", "issue", title, body, task.asked_by, utc_now(), int(label.integrity), label.readers, ""
        )
        asked = await self.recall.asked(title, "", 0)
        async with self.recall.given.database.read() as connection:
            pool = await pool_of(connection, asked.scope, about)
            own = [one for one in pool if one.key.startswith(f"{repo}#")]
            held = await vectors_of(connection, [*own, about])
        found = await asyncio.to_thread(compared, [*own, about], held, LIMIT) if own else []
        by_key, clean = {one.key: one for one in own}, self.recall.given.clean
        return [
            Earlier(by_key[one.key].number, clean(one.title), clean(by_key[one.key].body), tuple(one.reasons))
            for one in found
            if one.likely
        ]
