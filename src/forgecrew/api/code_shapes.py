"""How code runs look in JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from forgecrew.core.code_attempt import CodeAttempt
from forgecrew.core.code_run import CodeRun


@dataclass(frozen=True, slots=True)
class AttemptShape:
    """One attempt: the files that ran, the answer and the diff that led to them, the log, the error (null when right)."""

    number: int
    files: Mapping[str, str]
    answer: str
    diff: str
    exit_code: int | None
    reason: str
    log: str
    error: dict[str, Any] | None
    seconds: float
    prompt_tokens: int
    output_tokens: int
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class CodeRunShape:
    """A code run as lists show it."""

    id: str
    language: str
    entry: str
    goal: str
    state: str
    outcome: str | None
    reason: str
    stage: str
    attempts: int
    attempts_max: int
    stop_asked: bool
    created_at: datetime | None
    ended_at: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class CodeRunDetail:
    """A code run with its attempts, oldest first; `log` is what the running attempt has printed so far."""

    run: CodeRunShape
    program: dict[str, Any]
    attempts: list[AttemptShape]
    log: str


def code_run_shape(run: CodeRun, attempts: int, public_url: str) -> CodeRunShape:
    """The shape of a code run with so many attempts."""
    return CodeRunShape(
        id=run.id, language=run.program.language, entry=run.program.entry, goal=run.goal, state=run.state.value,
        outcome=run.outcome.value if run.outcome else None, reason=run.reason, stage=run.stage, attempts=attempts,
        attempts_max=run.attempts_max, stop_asked=run.stop_asked, created_at=run.created_at, ended_at=run.ended_at,
        url=f"{public_url}/code/{run.id}",
    )  # fmt: skip


def code_run_detail(run: CodeRun, public_url: str) -> CodeRunDetail:
    """All of it."""
    shown = [attempt_shape(attempt) for attempt in run.attempts]
    return CodeRunDetail(code_run_shape(run, len(shown), public_url), asdict(run.program), shown, run.live_log)


def attempt_shape(attempt: CodeAttempt) -> AttemptShape:
    """The shape of an attempt."""
    return AttemptShape(
        number=attempt.number, files=attempt.files, answer=attempt.answer, diff=attempt.diff, exit_code=attempt.exit_code,
        reason=attempt.reason, log=attempt.log, error=asdict(attempt.error) if attempt.error else None,
        seconds=attempt.seconds, prompt_tokens=attempt.prompt_tokens, output_tokens=attempt.output_tokens,
        started_at=attempt.started_at, ended_at=attempt.ended_at,
    )  # fmt: skip
