"""One attempt of a code run: the files that were run, what came out, and what the model had written to come to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from forgecrew.core.command import Reason
from forgecrew.core.program_error import ProgramError


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
