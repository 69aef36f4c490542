"""The journal of one run: each step is done once, and a run that another worker takes over finds what is already done."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol


class Journal(Protocol):
    """A procedure must do all its input and output inside `step`, and otherwise be a pure function of the results."""

    run_id: str

    async def step(
        self, name: str, work: Callable[[], Awaitable[Any]], *, timeout_seconds: float = 3600.0, retries: int = 0
    ) -> Any:
        """The JSON result of work(); on replay the stored one, without calling work.

        A step that was in flight when its worker died is done again, so work must bear being done twice. Errors and
        signals of work are stored and raised again alike. WorldError is retried up to `retries` times with growing
        pauses. A task asked to stop raises Stopped here, and a running step is cancelled.
        """
        ...
