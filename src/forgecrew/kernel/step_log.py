"""The step log on our database: what the pages show of a run while it goes on."""

from collections.abc import Sequence

from forgecrew.core.step import Step
from forgecrew.store.database import Database
from forgecrew.store.queries import runs, steps


class StoredStepLog:
    """Implements ports.step_log.StepLog."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, step: Step) -> None:
        """Keep one step, and bring the run's totals up to date."""
        async with self._database.write() as connection:
            await steps.put(connection, step)
            await runs.count_steps(connection, step.run_id)

    async def read(self, run_id: str, *, after: int = 0) -> Sequence[Step]:
        """Steps of a run with a number above `after`, in order."""
        async with self._database.read() as connection:
            return await steps.of_run(connection, run_id, after=after)

    async def stage(self, run_id: str, stage: str, plan: Sequence[tuple[str, str]]) -> None:
        """Keep the stage that runs now, and the plan."""
        async with self._database.write() as connection:
            await runs.progress(connection, run_id, stage=stage, plan=plan)

    async def diff(self, run_id: str, text: str) -> None:
        """Keep the diff of what the run has changed so far."""
        async with self._database.write() as connection:
            await runs.progress(connection, run_id, diff=text)
