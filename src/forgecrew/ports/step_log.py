"""Where a run is shown to people while it goes on: its stage, its plan, its steps, its diff."""

from collections.abc import Sequence
from typing import Protocol

from forgecrew.core.step import Step


class StepLog(Protocol):
    """Append-only per run; writing the same number again replaces it, so a step done twice is shown once."""

    async def write(self, step: Step) -> None:
        """Keep one step, and bring the run's totals (steps, tokens, largest prompt) up to date from all of its steps."""
        ...

    async def read(self, run_id: str, *, after: int = 0) -> Sequence[Step]:
        """Steps of a run with a number above `after`, in order."""
        ...

    async def stage(self, run_id: str, stage: str, plan: Sequence[tuple[str, str]]) -> None:
        """The stage that runs now, and the plan: pairs of stage and state (open | running | done | skipped | failed)."""
        ...

    async def diff(self, run_id: str, text: str) -> None:
        """The unified diff of what the run has changed so far."""
        ...
