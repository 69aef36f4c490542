"""Backfill of one repository: commits, then threads with comments and reviews, then pages; cut off, it goes on where it was."""

from collections.abc import AsyncIterator, Callable, Sequence

from forgecrew.core.errors import RefusedError
from forgecrew.core.event import Event
from forgecrew.core.past import PastThread
from forgecrew.core.subject import RepoRef
from forgecrew.kernel.backfill.past_events import PastEvents
from forgecrew.kernel.backfill.progress import Progress, ProgressBook
from forgecrew.ports.code_history import CodeHistory
from forgecrew.ports.forge import Forge
from forgecrew.ports.history import History

COMMITS_AT_ONCE = 100
PARTS = ("commits", "threads", "pages", "done")


class Backfill:
    """Reads one repository as one account; `tell` hears of the progress after each step. Known events stay as they are."""

    def __init__(
        self, book: ProgressBook, forge: Forge, history: History, code: CodeHistory, make: PastEvents,
        tell: Callable[[Progress], None],
    ) -> None:  # fmt: skip
        self._book, self._forge, self._history, self._code = book, forge, history, code
        self._make, self._tell = make, tell

    async def run(self, repo: RepoRef, branch: str, *, anew: bool = False) -> Progress:
        """Go on where it was cut off, or begin anew; a finished one looks only for what has come since."""
        progress = Progress() if anew else await self._book.so_far(repo)
        if progress.part == "done":
            progress = Progress(commit=progress.commit)
        steps = {"commits": self._commits, "threads": self._threads, "pages": self._pages}
        while progress.part != "done":
            async for found in steps[progress.part](repo, branch, progress):
                await self._keep(repo, progress, found)
            progress.part = PARTS[PARTS.index(progress.part) + 1]
            await self._keep(repo, progress, [])
        return progress

    async def _commits(self, repo: RepoRef, branch: str, progress: Progress) -> AsyncIterator[list[Event]]:
        ids = await self._code.commit_ids(repo, branch)
        if progress.commit in ids:
            ids = ids[ids.index(progress.commit) + 1 :]
        for start in range(0, len(ids), COMMITS_AT_ONCE):
            some = ids[start : start + COMMITS_AT_ONCE]
            found = await self._code.commits(repo, branch, some)
            progress.commit = some[-1]
            yield [self._make.commit(one, branch) for one in found]

    async def _threads(self, repo: RepoRef, branch: str, progress: Progress) -> AsyncIterator[list[Event]]:
        while found := await self._history.threads(repo, progress.page + 1):
            made: list[Event] = []
            for past in found:
                made += await self._thread(repo, past)
            progress.page += 1
            yield made

    async def _thread(self, repo: RepoRef, past: PastThread) -> list[Event]:
        subject = past.issue.subject
        made = self._make.thread(past)
        try:
            made += [self._make.comment(subject, one) for one in await self._forge.issues.comments(repo, subject.number)]
            if past.issue.is_pull:
                made += [self._make.review(subject, one) for one in await self._forge.pulls.reviews(repo, subject.number)]
        except RefusedError:  # gone or hidden since the list was read: no reason to leave out the others
            return made
        return made

    async def _pages(self, repo: RepoRef, branch: str, progress: Progress) -> AsyncIterator[list[Event]]:
        yield [self._make.page(one) for one in await self._code.documents(repo, branch)]
        yield [self._make.page(one) for one in await self._history.pages(repo)]

    async def _keep(self, repo: RepoRef, progress: Progress, found: Sequence[Event]) -> None:
        await self._book.keep(repo, progress, found)
        self._tell(progress)
