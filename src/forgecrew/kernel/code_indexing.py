"""The part of `work` that keeps the index of code up to date: repositories that were pushed to, one after another."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from forgecrew.core.errors import NotFound, RefusedError, WorldError
from forgecrew.core.label import PUBLIC
from forgecrew.core.moment import utc_now
from forgecrew.core.repo import Repo
from forgecrew.core.subject import RepoRef
from forgecrew.kernel.code_pushes import any_pushes, note_pushes
from forgecrew.kernel.rounds import again_and_again
from forgecrew.memory.code.index import CodeIndex
from forgecrew.memory.code.indexed import Indexed
from forgecrew.store.database import Database
from forgecrew.store.queries import code_repos, code_repos_due

log = logging.getLogger(__name__)

PAUSE_SECONDS = 5.0
LEASE = timedelta(minutes=10)
AGAIN_AFTER = timedelta(minutes=5)

Visit = Callable[[RepoRef], Awaitable[Repo]]
"""Brings the mirror of a repository up to date; gives it as the forge shows it. Raises RefusedError or ForgeUnavailable."""


class CodeIndexing:
    """Several may run at once: each repository is taken by one. Whatever is cut off is taken up where it was."""

    def __init__(self, database: Database, index: CodeIndex, visit: Visit) -> None:
        self._database, self._index, self._visit = database, index, visit

    async def run(self, stopping: asyncio.Event) -> None:
        """Index what is due until stopping is set."""
        await again_and_again(self.look, PAUSE_SECONDS, stopping, so="the database does not answer, code waits")

    async def look(self) -> bool:
        """Note new pushes, then index one repository; False when none is due."""
        async with self._database.read() as connection:
            pushed = await any_pushes(connection)
            due = await code_repos_due.any_due(connection, now=utc_now())
        if pushed:
            async with self._database.write() as connection:
                await note_pushes(connection)
        if not (pushed or due):
            return False
        async with self._database.write() as connection:
            taken = await code_repos_due.take(connection, now=utc_now(), until=utc_now() + LEASE)
        if taken is None:
            return False
        try:
            await self.one(RepoRef.parse(taken.repo), taken)
        except (RefusedError, NotFound, WorldError, ValueError) as error:
            log.warning("the code of %s is not indexed: %s", taken.repo, error)
            async with self._database.write() as connection:
                await code_repos_due.failed(connection, taken, str(error), not_before=utc_now() + AGAIN_AFTER)
        return True

    async def one(self, repo: RepoRef, taken: code_repos.CodeRepo, tell: Callable[[Indexed], None] | None = None) -> Indexed:
        """Bring the mirror and the index of a repository's own branch up to date. Raises what `visit` and the index raise."""
        shown = await self._visit(repo)
        readers = f"repo:{shown.ref}" if shown.private else PUBLIC
        wanted = taken.wanted_at
        async with self._database.write() as connection:
            named = (str(repo), readers, shown.default_branch)
            known = await code_repos.described(connection, *named)
        done = await self._index.index(known, shown.default_branch, tell=tell)
        async with self._database.write() as connection:
            await code_repos_due.done(connection, taken.id, wanted_at=wanted)
        if done.files or done.gone:
            log.info("%s: %d sources looked at, %d read, %d commits", repo, done.files, done.read, done.commits)
        return done
