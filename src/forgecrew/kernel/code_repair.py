"""One code run from where it stands to its end: run, read the error, have it mended, run again."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from forgecrew.agents.mend import Mend, Mender
from forgecrew.core.code_attempt import CodeAttempt
from forgecrew.core.code_run import CodeOutcome, CodeRun
from forgecrew.core.errors import LimitReached, ModelUnavailable
from forgecrew.core.moment import utc_now
from forgecrew.kernel.clean_sandboxes import CleanSandboxes
from forgecrew.kernel.code_queue import CodeQueue
from forgecrew.kernel.run_attempt import kept, run_attempt

MODEL_PAUSES_SECONDS = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 180.0)
"""Waits for a model that is down, about seven minutes in all."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CodeRepair:
    """Every attempt begins in a clean sandbox that holds the program alone."""

    queue: CodeQueue
    clean: CleanSandboxes
    mender: Callable[[], Mender]
    pauses_seconds: tuple[float, ...] = MODEL_PAUSES_SECONDS

    async def perform(self, run: CodeRun) -> tuple[CodeOutcome, str]:
        """How it ends and why. Goes on after the last attempt that is kept. Raises NotHeld, WorldError, ConfigError."""
        attempts = list(run.attempts)
        if not attempts:
            attempts.append(await self._first(run))
        while True:
            if attempts[-1].ended_at is None:
                attempts[-1] = await run_attempt(self.queue, self.clean, run, attempts[-1])
            last = attempts[-1]
            if last.error is None:
                return (
                    (CodeOutcome.PASSED, "") if last.number == 1 else (CodeOutcome.REPAIRED, f"right at attempt {last.number}")
                )
            if last.error.kind == "missing":
                return CodeOutcome.FAILED, last.error.message
            message = last.error.message.splitlines()[0]
            if any(earlier.error and earlier.error.signature == last.error.signature for earlier in attempts[:-1]):
                return CodeOutcome.STUCK, f"the same error came back: {message}"
            if last.number >= run.attempts_max:
                return CodeOutcome.EXHAUSTED, f"still wrong after {_attempts(last.number)}: {message}"
            await self.queue.stage(run.id, f"mending after attempt {last.number}")
            made = await self._ask(run, attempts)
            if made is None:
                return CodeOutcome.STUCK, "the model gave no answer that could be used"
            attempts.append(await self._begin(run, last.number + 1, made))

    async def _first(self, run: CodeRun) -> CodeAttempt:
        if run.program.files:
            attempt = CodeAttempt(1, dict(run.program.files), started_at=utc_now())
            await self.queue.begin_attempt(run.id, attempt)
            return attempt
        await self.queue.stage(run.id, "writing the program")
        made = await self._ask(run, ())
        if made is None:
            raise LimitReached("the model wrote no program")
        return await self._begin(run, 1, made)

    async def _begin(self, run: CodeRun, number: int, made: Mend) -> CodeAttempt:
        attempt = CodeAttempt(
            number,
            made.files,
            kept(made.answer),
            kept(made.diff),
            made.prompt_tokens,
            made.output_tokens,
            started_at=utc_now(),
        )
        await self.queue.begin_attempt(run.id, attempt)
        return attempt

    async def _ask(self, run: CodeRun, attempts: Sequence[CodeAttempt]) -> Mend | None:
        """The model's change, or its program before the first attempt; None when it gave nothing usable.

        A model that is down is waited for.
        """
        program, goal = run.program, run.goal
        for pause in (*self.pauses_seconds, None):
            try:
                if attempts:
                    return await self.clean.within(run.id, lambda box: self.mender().mend(box, program, attempts, goal))
                return await self.clean.within(run.id, lambda box: self.mender().write(box, program, goal))
            except LimitReached as limit:
                log.info("code run %s: %s", run.id, limit)
                return None
            except ModelUnavailable as error:
                if pause is None:
                    raise
                log.warning("code run %s waits %g s for the model: %s", run.id, pause, error)
                await asyncio.sleep(pause)
        return None


def _attempts(number: int) -> str:
    return "1 attempt" if number == 1 else f"{number} attempts"
