"""Where the steps of a run are shown to people while it runs."""

from collections.abc import Sequence
from typing import Protocol

from forgecrew.core.step import Step


class StepLog(Protocol):
    """Append-only per run; writing the same number again replaces it."""

    async def write(self, step: Step) -> None:
        """Keep one step."""
        ...

    async def read(self, run_id: str, *, after: int = 0) -> Sequence[Step]:
        """Steps of a run with a number above `after`, in order."""
        ...
