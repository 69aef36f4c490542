"""Code in a recall: the files and symbols that it is most likely about, of the task's own repository, or none."""

import asyncio
from dataclasses import replace

from forgecrew.core.label import Integrity
from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.memory.code.locate import Locator
from forgecrew.memory.recall.asked import Asked, Line
from forgecrew.memory.recall.code_shown import chosen, code_line
from forgecrew.store.database import Database
from forgecrew.store.queries import code_asking

SECONDS_MAX = 0.2
"""Longer no recall waits. The first question at a commit reads the words of all files: it is answered the next time."""
FILES_MAX = 5
REPOS_MAX = 4
"""Of those whose code is looked through when none is named; so many states are kept."""
UNDER_WAY_MAX = 4


class CodeLines:
    """One per process; what takes too long goes on, so that the next step finds it done."""

    def __init__(self, database: Database, *, seconds_max: float = SECONDS_MAX) -> None:
        self._database, self._seconds_max = database, seconds_max
        self._locator = Locator()
        self._under_way: dict[tuple[Scope, str, str, float], asyncio.Task[list[Line]]] = {}

    async def lines(self, asked: Asked) -> list[Line]:
        """Lines about `asked.code`, best first; none when nothing is likely enough or it takes too long."""
        if not asked.code.strip():
            return []
        key = (asked.scope, asked.repo, asked.code, asked.min_relevance)
        task = self._under_way.get(key)
        if task is None:
            if len(self._under_way) >= UNDER_WAY_MAX:
                return []
            task = self._under_way[key] = asyncio.create_task(self._find(asked))
            task.add_done_callback(lambda done: self._ended(key, done))
        await asyncio.wait({task}, timeout=self._seconds_max)
        return task.result() if task.done() else []

    async def close(self) -> None:
        """Give up what is under way."""
        some = list(self._under_way.values())
        for task in some:
            task.cancel()
        await asyncio.gather(*some, return_exceptions=True)

    def _ended(self, key: tuple[Scope, str, str, float], done: asyncio.Task[list[Line]]) -> None:
        self._under_way.pop(key, None)
        if not done.cancelled():
            done.exception()  # told by whoever still waits for it

    async def _find(self, asked: Asked) -> list[Line]:
        # Whoever may merge stands behind this branch, and the run works in a checkout of it: it may be as trusted as it likes.
        scope = replace(asked.scope, integrity_min=min(asked.scope.integrity_min, Integrity.MERGED))
        made: list[Line] = []
        async with self._database.read() as connection:
            repos = [asked.repo] if asked.repo else await code_asking.repos(connection, scope, limit=REPOS_MAX)
            for repo in repos:
                of = await code_asking.branch(connection, scope, str(RepoRef.parse(repo)))
                found = await self._locator.again(connection, of, asked.code, limit=FILES_MAX) if of else []
                made += [code_line(of, one, part, asked) for one, part in chosen(found, asked.min_relevance)] if of else []
        # Two pieces of one file stand side by side, as one is as likely as the other.
        return made if asked.repo else sorted(made, key=lambda line: -line.relevance)
