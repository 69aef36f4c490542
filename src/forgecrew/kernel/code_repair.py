"""One code run from where it stands to its end: run, read the error, have it mended, run again."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from forgecrew.agents.mend import Mend, Mender
from forgecrew.core.code_run import CodeAttempt, CodeOutcome, CodeRun
from forgecrew.core.errors import LimitReached, ModelUnavailable
from forgecrew.core.moment import utc_now
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.kernel.code_queue import CodeQueue
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.tools.run_code import run_program

LIVE_SECONDS = 0.5
LIVE_CHARACTERS_MAX = 8000
MODEL_PAUSES_SECONDS = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 180.0)
"""Waits for a model that is down, about seven minutes in all."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CodeRepair:
    """`spec` is what the sandbox of every attempt is made like; each begins in a clean one that holds the program alone."""

    queue: CodeQueue
    sandboxes: SandboxBackend
    mender: Callable[[], Mender]
    spec: SandboxSpec
    pauses_seconds: tuple[float, ...] = MODEL_PAUSES_SECONDS

    async def perform(self, run: CodeRun) -> tuple[CodeOutcome, str]:
        """How it ends and why. Goes on after the last attempt that is kept. Raises NotHeld, WorldError, ConfigError."""
        attempts = list(run.attempts)
        if not attempts:
            attempts.append(await self._first(run))
        while True:
            if attempts[-1].ended_at is None:
                attempts[-1] = await self._run(run, attempts[-1])
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
            made = await self._ask(run, lambda box: self.mender().mend(box, run.program, attempts, run.goal))
            if made is None:
                return CodeOutcome.STUCK, "the model gave no answer that could be used"
            attempts.append(await self._begin(run, last.number + 1, made))

    async def _first(self, run: CodeRun) -> CodeAttempt:
        if run.program.files:
            attempt = CodeAttempt(1, dict(run.program.files), started_at=utc_now())
            await self.queue.begin_attempt(run.id, attempt)
            return attempt
        await self.queue.stage(run.id, "writing the program")
        made = await self._ask(run, lambda box: self.mender().write(box, run.program, run.goal))
        if made is None:
            raise LimitReached("the model wrote no program")
        return await self._begin(run, 1, made)

    async def _begin(self, run: CodeRun, number: int, made: Mend) -> CodeAttempt:
        attempt = CodeAttempt(
            number,
            made.files,
            _kept(made.answer),
            _kept(made.diff),
            made.prompt_tokens,
            made.output_tokens,
            started_at=utc_now(),
        )
        await self.queue.begin_attempt(run.id, attempt)
        return attempt

    async def _run(self, run: CodeRun, attempt: CodeAttempt) -> CodeAttempt:
        await self.queue.stage(run.id, f"running attempt {attempt.number}")
        printed: list[bytes] = []
        showing = asyncio.create_task(self._show(run.id, printed))
        try:
            async with self._workspace(run.id) as sandbox:
                done = await run_program(sandbox, replace(run.program, files=attempt.files), printed.append)
        finally:
            showing.cancel()
            await asyncio.wait([showing])
        error = replace(done.error, message=_kept(done.error.message)) if done.error else None
        ended = replace(
            attempt, exit_code=done.exit_code, reason=done.reason, log=_kept(done.log), error=error, seconds=done.seconds,
            ended_at=utc_now(),
        )  # fmt: skip
        await self.queue.end_attempt(run.id, ended)
        return ended

    async def _show(self, run_id: str, printed: list[bytes]) -> None:
        """What the program prints, while it prints."""
        told = 0
        while True:
            await asyncio.sleep(LIVE_SECONDS)
            if len(printed) > told:
                told = len(printed)
                text = b"".join(printed).decode("utf-8", "replace")[-LIVE_CHARACTERS_MAX:]
                with contextlib.suppress(Exception):  # showing it live is a comfort: the log is kept at the end of the attempt
                    await self.queue.live_log(run_id, _kept(text))

    async def _ask(self, run: CodeRun, work: Callable[[Sandbox], Awaitable[Mend]]) -> Mend | None:
        """The model's change; None when it gave nothing usable. A model that is down is waited for."""
        for pause in (*self.pauses_seconds, None):
            try:
                async with self._workspace(run.id) as sandbox:
                    return await work(sandbox)
            except LimitReached as limit:
                log.info("code run %s: %s", run.id, limit)
                return None
            except ModelUnavailable as error:
                if pause is None:
                    raise
                log.warning("code run %s waits %g s for the model: %s", run.id, pause, error)
                await asyncio.sleep(pause)
        return None

    @asynccontextmanager
    async def _workspace(self, run_id: str) -> AsyncGenerator[Sandbox]:
        name = f"code-{run_id}"
        if (left := await self.sandboxes.attach(name)) is not None:
            await left.destroy()
        sandbox = await self.sandboxes.create(replace(self.spec, id=name))
        try:
            yield sandbox
        finally:
            await sandbox.destroy()


def _kept(text: str) -> str:
    """As a database can keep it."""
    return text.replace("\0", "\ufffd")


def _attempts(number: int) -> str:
    return "1 attempt" if number == 1 else f"{number} attempts"
