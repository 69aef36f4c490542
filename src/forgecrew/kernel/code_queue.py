"""The queue of code runs as one worker uses it: claim, keep attempts, end, leave. Each change is one transaction."""

from collections.abc import Collection
from datetime import datetime

from forgecrew.core.code_attempt import CodeAttempt
from forgecrew.core.code_run import CodeOutcome, CodeRun
from forgecrew.store.database import Database
from forgecrew.store.queries import code_runs, code_working

ANYWAY_SECONDS = 2.0
"""So often code runs are looked for though nobody wrote: a lease may have run out."""


class NotHeld(Exception):
    """Another worker holds the code run now: this one has nothing more to write."""


class CodeQueue:
    """What a worker that dies has not written is done again by the next; what it has written is not."""

    def __init__(self, database: Database, worker_id: str) -> None:
        self._database, self._worker_id = database, worker_id
        self._changes = database.changes(anyway_seconds=ANYWAY_SECONDS)

    def news(self) -> bool:
        """Whether a look can find more than the last one."""
        return self._changes.any()

    async def claim(self, *, now: datetime, besides: Collection[str] = ()) -> CodeRun | None:
        """The oldest code run that nobody works on, held from now on; `besides` are those that go on here."""
        async with self._database.read() as connection:
            found = await code_working.next_free(connection, self._worker_id, now=now, besides=besides)
        if found is None:
            return None
        async with self._database.write() as connection:
            if not await code_working.claim(connection, found, self._worker_id, now=now):
                return None
            return await code_runs.get(connection, found)

    async def stage(self, run_id: str, stage: str) -> None:
        """Show what goes on."""
        async with self._database.write() as connection:
            self._must(await code_working.keep(connection, run_id, self._worker_id, stage=stage, live_log=""))

    async def live_log(self, run_id: str, text: str) -> None:
        """Show what the program has printed so far."""
        async with self._database.write() as connection:
            self._must(await code_working.keep(connection, run_id, self._worker_id, live_log=text))

    async def begin_attempt(self, run_id: str, attempt: CodeAttempt) -> None:
        """Keep an attempt that is about to run."""
        async with self._database.write() as connection:
            self._must(await code_working.keep(connection, run_id, self._worker_id))
            await code_working.begin_attempt(connection, run_id, attempt)

    async def end_attempt(self, run_id: str, attempt: CodeAttempt) -> None:
        """Keep what it gave."""
        async with self._database.write() as connection:
            self._must(await code_working.keep(connection, run_id, self._worker_id, live_log=""))
            await code_working.end_attempt(connection, run_id, attempt)

    async def end(self, run_id: str, outcome: CodeOutcome, reason: str) -> None:
        """Close it."""
        async with self._database.write() as connection:
            self._must(await code_working.end(connection, run_id, self._worker_id, outcome, reason))

    async def stops(self) -> set[str]:
        """Held ones that were asked to stop."""
        async with self._database.read() as connection:
            return await code_working.stops(connection, self._worker_id)

    async def leave(self, run_id: str) -> None:
        """Give one back."""
        async with self._database.write() as connection:
            await code_working.leave(connection, run_id, self._worker_id)

    async def ended_among(self, run_ids: list[str]) -> set[str]:
        """Those of the given ids that have ended."""
        async with self._database.read() as connection:
            return await code_runs.ended_among(connection, run_ids)

    @staticmethod
    def _must(held: bool) -> None:
        if not held:
            raise NotHeld
