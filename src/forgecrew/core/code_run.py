"""A code run: a program that is run and, while it fails, mended and run again; every attempt is kept."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from forgecrew.core.code_attempt import CodeAttempt
from forgecrew.core.program import Program

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
