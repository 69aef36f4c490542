"""A code run: a program that is run and, while it fails, mended and run again; every attempt is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from forgecrew.core.command import Reason
from forgecrew.core.program import Program
from forgecrew.core.program_error import ProgramError

ATTEMPTS_DEFAULT = 4
ATTEMPTS_MAX = 10


class CodeState(StrEnum):
    """Where a code run is."""

    QUEUED = "queued"
    RUNNING = "running"
    ENDED = "ended"


class CodeOutcome(StrEnum):
    """How it ended: right at once, right after repairs, the same error came back, attempts used up, cancelled, not possible."""

    PASSED = "passed"
    REPAIRED = "repaired"
    STUCK = "stuck"
    EXHAUSTED = "exhausted"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CodeAttempt:
    """One run of the program. `answer` is what the model wrote to come to `files`, `diff` what that changed; both are empty
    for a first attempt with given code. `ended_at` is None while it runs; `error` is None when it was right."""

    number: int
    files: Mapping[str, str]
    answer: str = ""
    diff: str = ""
    prompt_tokens: int = 0
    output_tokens: int = 0
    exit_code: int | None = None
    reason: Reason = "exit"
    log: str = ""
    error: ProgramError | None = None
    seconds: float = 0.0
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CodeRun:
    """A stored code run. `goal` asks the model for the program when no code is given; `stage` is what goes on just now."""

    id: str
    program: Program
    goal: str = ""
    attempts_max: int = ATTEMPTS_DEFAULT
    state: CodeState = CodeState.QUEUED
    outcome: CodeOutcome | None = None
    reason: str = ""
    stage: str = ""
    live_log: str = ""
    stop_asked: bool = False
    worker_id: str = ""
    takeovers: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None
    ended_at: datetime | None = None
    attempts: tuple[CodeAttempt, ...] = field(default=())
