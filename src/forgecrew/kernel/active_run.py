"""One run that is going on in this process: asked to stop, left for another worker, watched for getting stuck."""

import asyncio
from dataclasses import dataclass

from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.kernel.ending import Ending
from forgecrew.kernel.endings import ending_of
from forgecrew.kernel.journal import RunJournal, RunLeft

SILENCE_SECONDS = 1.0
"""How long a run that is asked to stop may stay outside of steps before it is cancelled."""
CLOSING_SECONDS = 10.0
"""How long a procedure may say goodbye after it was stopped."""
STALL_SECONDS = 900.0
"""A run that neither does a step nor began one for so long is stuck."""


@dataclass(slots=True)
class ActiveRun:
    """`procedure` is the task of the event loop that does the run."""

    journal: RunJournal
    procedure: "asyncio.Task[RunResult]"
    stop_reason: str = ""
    left: bool = False
    stop_at: float = 0.0

    def stop(self, reason: str) -> None:
        """Stop what is going on now; asked again, cancel a procedure that does not come to its end."""
        now = asyncio.get_running_loop().time()
        if not self.stop_reason:
            self.stop_reason, self.stop_at = reason or "somebody asked", now
            self.journal.stop(self.stop_reason)
            return
        patience = CLOSING_SECONDS if self.journal.stop_told else SILENCE_SECONDS
        if now - self.stop_at >= patience:
            self.procedure.cancel()

    async def ending(self, attempts: int) -> Ending:
        """How it ends, whatever its procedure raises (see endings.py). Raises RunLeft when it goes on at another worker."""
        try:
            return Ending(await self.procedure)
        except asyncio.CancelledError:
            if self.left or not self.stop_reason:
                raise RunLeft from None
            return Ending(RunResult(Outcome.STOPPED, self.stop_reason))
        except Exception as error:
            # Whatever a procedure raises, the run ends with an outcome.
            return ending_of(error, attempts, stop_reason=self.stop_reason)

    def leave(self) -> None:
        """End here without writing anything; another worker goes on."""
        self.left = True
        self.journal.leave()
        self.procedure.cancel()

    def stuck(self) -> bool:
        """Whether it has not moved for too long although no step is being done."""
        return not self.journal.in_step and asyncio.get_running_loop().time() - self.journal.moved_at > STALL_SECONDS
