"""One attempt of a code run: the program is run, what it prints is shown meanwhile, what it gave is kept."""

import asyncio
import contextlib
from dataclasses import replace

from forgecrew.core.code_attempt import CodeAttempt
from forgecrew.core.code_run import CodeRun
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.moment import utc_now
from forgecrew.kernel.clean_sandboxes import CleanSandboxes
from forgecrew.kernel.code_queue import CodeQueue
from forgecrew.ports.sandbox import Sandbox
from forgecrew.tools.run_code import ProgramRun, run_program

LIVE_SECONDS = 0.5
LIVE_CHARACTERS_MAX = 8000


async def run_attempt(queue: CodeQueue, clean: CleanSandboxes, run: CodeRun, attempt: CodeAttempt) -> CodeAttempt:
    """The attempt with what it gave. Raises NotHeld, WorldError."""
    await queue.stage(run.id, f"running attempt {attempt.number}")
    program, printed = replace(run.program, files=attempt.files), list[bytes]()

    async def once(sandbox: Sandbox) -> ProgramRun:
        printed.clear()
        done = await run_program(sandbox, program, printed.append)
        if done.reason == "lost":
            raise SandboxUnavailable("the sandbox ended before the program")
        return done

    showing = asyncio.create_task(_show(queue, run.id, printed))
    try:
        done = await clean.within(run.id, once)
    finally:
        showing.cancel()
        await asyncio.wait([showing])
    error = replace(done.error, message=kept(done.error.message)) if done.error else None
    ended = replace(
        attempt, exit_code=done.exit_code, reason=done.reason, log=kept(done.log), error=error, seconds=done.seconds,
        ended_at=utc_now(),
    )  # fmt: skip
    await queue.end_attempt(run.id, ended)
    return ended


async def _show(queue: CodeQueue, run_id: str, printed: list[bytes]) -> None:
    """What the program prints, while it prints."""
    told = 0
    while True:
        await asyncio.sleep(LIVE_SECONDS)
        if len(printed) != told:
            told = len(printed)
            text = b"".join(printed).decode("utf-8", "replace")[-LIVE_CHARACTERS_MAX:]
            with contextlib.suppress(Exception):  # showing it live is a comfort: the log is kept at the end of the attempt
                await queue.live_log(run_id, kept(text))


def kept(text: str) -> str:
    """As a database can keep it."""
    return text.replace("\0", "\ufffd")
